namespace ELicense.Issuance.Store;

/// <summary>The register's database. One is shared by the authority and the publisher of a process.</summary>
public sealed class Register : IDisposable
{
    private Register() { }

    /// <summary>Opens or makes the file, and brings its schema up to date.</summary>
    public static Register OpenSqlite(string path) => throw new NotImplementedException();

    public void Dispose()
    {
    }
}
