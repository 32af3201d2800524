using ELicense.Core.Licenses;

namespace ELicense.Verification.Standings;

/// <summary>4 bits a license version in flat memory, over many lists; read without locks while one writer applies events.</summary>
public sealed class StatusIndex
{
    public Standing this[int list, int index] => throw new NotImplementedException();

    public void Apply(int list, int index, Standing standing) => throw new NotImplementedException();
}
