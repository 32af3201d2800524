namespace ELicense.Pkcs11;

/// <summary>The libraries and tokens that a process has open by URIs, one of each, whatever number of keys it uses. Good for several threads.</summary>
public sealed class Pkcs11Tokens(Pkcs11Limits? limits = null) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Pkcs11Module> _modules = new(StringComparer.Ordinal);
    private readonly List<(Pkcs11Module Module, Pkcs11Token Token)> _tokens = [];

    /// <summary>
    /// Opens what is not open yet, looking for a token that does not show itself once more after the library was initialized anew, and finds the one key that the URI names.
    /// Throws <see cref="Pkcs11Exception"/> with codes as those of modules, tokens and keys.
    /// </summary>
    public Pkcs11Key OpenKey(Pkcs11Uri uri)
    {
        if (uri.Object is null && uri.Id is null)
            throw new Pkcs11Exception("key-missing", $"'{uri}' names no key: object or id is missing.");
        lock (_gate)
        {
            var token = OpenToken(OpenModule(uri), uri);
            return token.FindKey(uri.Object, uri.Id) ?? throw new Pkcs11Exception("key-missing", $"The {token} has no key with {uri.Object ?? uri.Id}.");
        }
    }

    /// <summary>The one token that the URI names, likewise, whatever key it names.</summary>
    public Pkcs11Token OpenToken(Pkcs11Uri uri)
    {
        lock (_gate)
            return OpenToken(OpenModule(uri), uri);
    }

    /// <summary>An operator's act after a wrong PIN: see <see cref="Pkcs11Module.ReleasePinLatch(string)"/>.</summary>
    public void ReleasePinLatch(string serial)
    {
        lock (_gate)
        {
            foreach (var module in _modules.Values)
                module.ReleasePinLatch(serial);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var (_, token) in _tokens)
                token.Dispose();
            foreach (var module in _modules.Values)
                module.Dispose();
            _tokens.Clear();
            _modules.Clear();
        }
    }

    private Pkcs11Module OpenModule(Pkcs11Uri uri)
    {
        var named = uri.ModuleName is null ? null
            : Pkcs11Profile.ForName(uri.ModuleName) ?? throw new Pkcs11Exception("module-missing", $"No profile has the module-name '{uri.ModuleName}'.");
        var path = uri.ModulePath ?? named?.ModulePaths.FirstOrDefault(File.Exists)
            ?? throw new Pkcs11Exception("module-missing", $"'{uri}' names no library that is there: module-path or module-name.");
        if (!_modules.TryGetValue(path, out var module))
        {
            var profile = named ?? Pkcs11Profile.ForPath(path);
            _modules[path] = module = Pkcs11Module.Load(path, profile, uri.Configuration, limits);
        }

        return module;
    }

    private Pkcs11Token OpenToken(Pkcs11Module module, Pkcs11Uri uri)
    {
        var open = _tokens.Where(pair => pair.Module == module && uri.Matches(pair.Token.Info)).Select(pair => pair.Token).ToList();
        if (open.Count == 1)
            return open[0];
        if (uri.Pin is null)
            throw new Pkcs11Exception("pin-unavailable", $"'{uri}' has no pin-source.");
        var token = module.OpenOne(uri.Matches, $"'{uri}'", uri.Pin, lookAgain: true);
        _tokens.Add((module, token));
        return token;
    }
}
