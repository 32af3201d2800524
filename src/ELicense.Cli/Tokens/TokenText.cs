using System.Globalization;

namespace ELicense.Cli.Tokens;

/// <summary>A token for a person at a terminal.</summary>
internal static class TokenText
{
    public static void Module(TextWriter to, ModuleDocument module)
    {
        to.WriteLine($"{module.Profile}  {module.Module}");
        if (module.Code is not null)
            to.WriteLine($"  ✕ {module.Message} [{module.Code}]");
        else if (module.Tokens.Count == 0)
            to.WriteLine("  – 没有插入令牌  no token");
        foreach (var token in module.Tokens)
            Token(to, token);
    }

    public static void Token(TextWriter to, TokenDocument token)
    {
        to.WriteLine(token.Initialized
            ? $"  令牌 token   {token.Label}"
            : "  令牌 token   – 未初始化 not initialized");
        if (token.Serial.Length > 0)
            to.WriteLine($"    序列号 serial   {token.Serial}");
        to.WriteLine($"    型号 model      {token.Manufacturer} {token.Model}, 槽位 slot {token.Slot.ToString(CultureInfo.InvariantCulture)}{(token.WriteProtected ? ", 只读 write-protected" : "")}");
        if (!token.Initialized)
            return;
        to.WriteLine($"    用户 PIN        {Pin(token.Pin)}");
        if (token.SoPin != "good")
            to.WriteLine($"    管理员 SO PIN   {Pin(token.SoPin)}");
        foreach (var found in token.Objects ?? [])
            to.WriteLine($"    {Class(found)}  {found.Label}{(found.Id.Length > 0 ? $"  id {found.Id}" : "")}{(found.Bytes > 0 ? $"  {found.Bytes} bytes" : "")}");
        if (token.Objects is { Count: 0 })
            to.WriteLine("    – 没有可见对象  no visible object");
    }

    public static string Pin(string state) => state switch
    {
        "good" => "✓ 已设置 set",
        "not-set" => "– 未设置 not set",
        "count-low" => "! 曾输错 a wrong one was given since the last login",
        "final-try" => "‼ 只剩最后一次机会 one try left",
        _ => "✕ 已锁定 locked",
    };

    private static string Class(ObjectDocument found) => found.Class switch
    {
        "data" => "数据 data       ",
        "certificate" => "证书 certificate",
        "public-key" => "公钥 public key ",
        "private-key" => "私钥 private key",
        _ => "其他 other      ",
    };
}
