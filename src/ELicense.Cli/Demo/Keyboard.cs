using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Issuance;
using ELicense.Issuance.Matters;

namespace ELicense.Cli.Demo;

/// <summary>While the demo serves: keys that suspend, resume and revoke the shop's license, each by two officers, so that one can watch the badge turn.</summary>
internal sealed class Keyboard(LicensingAuthority licensing, TwoOfficers officers, CreditCode shop, Narrator narrator)
{
    private static readonly TimeSpan KeyInterval = TimeSpan.FromMilliseconds(100);

    public async Task WatchAsync(CancellationToken cancellation)
    {
        narrator.Detail("s 冻结 suspend · u 解冻 resume · r 吊销 revoke 商店的执照 the shop's license, then reload the shop");
        using var timer = new PeriodicTimer(KeyInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                while (Console.KeyAvailable)
                    Act(Console.ReadKey(intercept: true).KeyChar);
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C: the demo ends.
        }
    }

    private void Act(char key)
    {
        var (type, happened) = key switch
        {
            's' => (MatterType.Suspension, StandingEvent.Suspend),
            'u' => (MatterType.Resumption, StandingEvent.Resume),
            'r' => (MatterType.Revocation, StandingEvent.Revoke),
            _ => (default, default),
        };
        if (type == default)
            return;
        var license = licensing.FindLicense(shop)!;
        if (officers.Change(licensing, license, type, happened) is { } refusal)
            narrator.Bad($"{happened}: {refusal.Detail} [{refusal.Code}]");
        else
            narrator.Good($"{happened}: {license.Newest.Name}");
    }
}
