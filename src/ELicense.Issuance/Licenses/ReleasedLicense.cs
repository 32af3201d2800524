using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;
using ELicense.Issuance.Matters;

namespace ELicense.Issuance.Licenses;

/// <summary>A license version that is signed and in the log.</summary>
/// <param name="Identifier">Electronic certificate identifier (电子证照标识) of this version.</param>
/// <param name="LogPosition">Position of its issuance in the log.</param>
/// <param name="Token">The COSE_Sign1.</param>
public sealed record ReleasedLicense(
    LicenseNumber Number, int Version, LicenseIdentifier Identifier, CreditCode CreditCode, string Name, int List, int Index, long LogPosition,
    ReadOnlyMemory<byte> Document, ReadOnlyMemory<byte> Token)
{
    /// <summary>The .elic file, put together when it is asked for: of a register's batch it is not.</summary>
    public ReadOnlyMemory<byte> File => new LicenseFile(Document, Token).Encode();
}

/// <summary>A license as the register holds it: its newest version and that version's standing.</summary>
/// <param name="Office">Where that version was applied for: the license belongs to that office.</param>
public sealed record RegisteredLicense(ReleasedLicense Newest, Standing Standing, int Office);

/// <summary>What became of one approved matter.</summary>
/// <param name="State">Done; Refused by a rule; or still Approved: its refusal says what it waits for, and recovery finishes it.</param>
/// <param name="License">Of an issuance that is done.</param>
public sealed record CarryOutResult(long MatterId, MatterState State, ReleasedLicense? License, Refusal? Refusal);

/// <summary>How much the register holds.</summary>
public sealed record RegisterCounts(long Applied, long Approved, long Done, long Refused, long Licenses, long LogSize);
