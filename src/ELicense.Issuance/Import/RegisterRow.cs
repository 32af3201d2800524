using ELicense.Core;
using ELicense.Core.Enterprises;

namespace ELicense.Issuance.Import;

/// <summary>One record of a register: a draft, or why there is none. Exactly one of the two is given.</summary>
/// <param name="Row">1 is the first record after the header; 0 is the header, whose refusal is the whole file's.</param>
public sealed record RegisterRow(long Row, EnterpriseDraft? Draft, Refusal? Refusal);
