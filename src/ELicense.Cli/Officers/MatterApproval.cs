using ELicense.Core;

namespace ELicense.Cli.Officers;

/// <summary><c>elicense approve --application ID</c>: another officer sees one matter and approves exactly that.</summary>
internal sealed class MatterApproval(MatterDesk desk)
{
    /// <param name="contentHash">Of the content that was seen before; null: what is shown now.</param>
    public async Task<int> RunAsync(long id, string? contentHash, bool yes, bool json, CancellationToken cancellation)
    {
        var matter = await desk.FindMatterAsync(id, cancellation);
        MatterText.Write(json ? Console.Error : Console.Out, matter);
        if (!OfficersQuestion.Consented(yes, "核准？ Approve this?"))
            throw new CommandException(Codes.ConsentMissing, "未作决定  Nothing was decided.", ExitCodes.Failed);
        matter = await desk.ApproveAsync(id, contentHash ?? matter.ContentHash, cancellation);
        if (json)
            JsonOutput.Print(matter, OfficersJson.Default.ApplicationDocument);
        else
            MatterText.Write(Console.Out, matter);
        return matter.State is BatchDesk.Done or BatchDesk.Approved ? ExitCodes.Done : ExitCodes.Failed;
    }
}
