using ELicense.Core;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Store;

namespace ELicense.Issuance;

/// <summary>A database that restarts in the midst cuts the steps off; they are repeated, and find all that was committed, even where its answer was lost.</summary>
internal sealed class CutOffSteps(RegisterQueries queries)
{
    public IReadOnlyList<CarryOutResult> Run(Func<IReadOnlyList<CarryOutResult>> steps)
    {
        try
        {
            return steps();
        }
        catch (RegisterUnavailableException)
        {
            return Repeat(steps);
        }
    }

    /// <summary>After they were cut off once.</summary>
    public IReadOnlyList<CarryOutResult> Repeat(Func<IReadOnlyList<CarryOutResult>> steps)
    {
        for (var tries = 2; ; tries++)
        {
            try
            {
                return [.. steps().Select(Complete)];
            }
            catch (RegisterUnavailableException) when (tries < Register.Tries)
            {
                // Beginning anew waits until the database is back.
            }
        }
    }

    private CarryOutResult Complete(CarryOutResult result) => result is { State: MatterState.Done, Refusal.Code: Codes.StateConflict }
        ? new CarryOutResult(result.MatterId, MatterState.Done, queries.FindIssued(result.MatterId), null)
        : result;
}
