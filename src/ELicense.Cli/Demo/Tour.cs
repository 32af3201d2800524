using System.Diagnostics;
using ELicense.Cli.Hosting;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;
using ELicense.Display;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Verification.Verdicts;

namespace ELicense.Cli.Demo;

/// <summary>The tour: hierarchy, register, application, approval, issuance, publication, badge, verification, revocation, verification again.</summary>
internal sealed class Tour(DataFolder data, Configuration configuration, PortBlock ports, Uri publicAddress, Narrator narrator, TimeProvider clock)
    : IAsyncDisposable
{
    private static readonly TimeSpan ChinaStandardTime = TimeSpan.FromHours(8);

    private readonly TwoOfficers _officers = TwoOfficers.OfTheDemo;
    private AuthorityZone? _authority;
    private PublicZone? _public;
    private PortalHost? _portal;
    private WebApplication? _shop;
    private WebApplication? _shopCopy;
    private Badge? _badge;

    private AuthorityZone Authority => _authority ?? throw new InvalidOperationException("The authority is not open yet.");

    private PublicZone Public => _public ?? throw new InvalidOperationException("The public zone is not open yet.");

    /// <param name="csv">Path of a register; null: the sample inside the program.</param>
    public async Task<DemoReport> RunAsync(string? csv, CancellationToken cancellation)
    {
        narrator.Title("电子营业执照 · 演示", "Electronic business licenses: the tour");
        await OpenAuthorityAsync(cancellation);
        var import = Import(csv, cancellation);
        var shown = import.Licenses.Count > 0 ? Parse(import.Licenses[0].Uscc) : import.LastLicensed;
        if (shown is { } enterprise)
            CertifyEnterprise(enterprise);
        await PublishAsync(cancellation);
        await OpenPublicZoneAsync(cancellation);
        var verdicts = import.LastLicensed is { } last ? await ShowAndRevokeAsync(shown!.Value, last, cancellation) : null;
        ports.ReleaseRest();
        Close(import);
        return new DemoReport(
            import.Licenses, import.Rejected, DescribeBadge(), new DemoUrls(Text(publicAddress), ports.Address(ports.Shop), ports.Address(ports.ShopCopy), ports.AuthorityAddress, Portal: ports.PortalAddress), verdicts, data.Root);
    }

    /// <summary>Serves until cancelled; a person at the keyboard may change the shop's license and watch the badge turn.</summary>
    public async Task ServeAsync(CancellationToken cancellation)
    {
        Authority.KeepPublishing();
        narrator.Blank();
        narrator.Detail("Ctrl+C 结束 ends");
        if (_badge is { } badge && !Console.IsInputRedirected && narrator.IsInteractive)
            await new Keyboard(Authority.Licensing, _officers, badge.CreditCode, narrator).WatchAsync(cancellation);
        else
            await Commands.ServeCommand.UntilCancelledAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var shop in new[] { _shop, _shopCopy })
        {
            if (shop is not null)
                await shop.DisposeAsync();
        }

        if (_portal is not null)
            await _portal.DisposeAsync();
        if (_public is not null)
            await _public.DisposeAsync();
        if (_authority is not null)
            await _authority.DisposeAsync();
    }

    private async Task OpenAuthorityAsync(CancellationToken cancellation)
    {
        (_authority, var took) = await Narrator.Timed(() => AuthorityZone.OpenAsync(data, configuration, publicAddress, clock, cancellation));
        var hierarchy = Authority.Hierarchy;
        narrator.Step(
            "登记机关 " + hierarchy.Card.AuthorityName.Chinese,
            hierarchy.WasCreated ? "在 PKCS#11 令牌中生成密钥" : "打开 PKCS#11 令牌中的密钥",
            hierarchy.WasCreated ? "keys made on PKCS#11 tokens, never to leave them" : "keys on PKCS#11 tokens opened",
            took);
        if (Authority.ClockConfirmation.Read() is { Refusal.Code: Core.Codes.ClockGap } clockNow)
        {
            narrator.Step($"核准人 {_officers.Approver.Name}", "核对时钟：上次签署已久", "confirms the clock: nothing was signed for long", TimeSpan.Zero);
            if (!Authority.ClockConfirmation.TryConfirm(_officers.Approver, clockNow.Now, out var refusal))
                throw new CommandException(refusal.Code, refusal.Detail, ExitCodes.Failed);
        }

        narrator.Detail($"{hierarchy.Card.Keys.Count} keys; root {hierarchy.RootFingerprint}");
        await Authority.OpenDoorAsync(ports, publicAddress, clock, cancellation);
    }

    private RegisterImport Import(string? csv, CancellationToken cancellation)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().ToOffset(ChinaStandardTime).DateTime);
        var import = new RegisterImport(Authority, _officers, data, publicAddress, today);
        using var register = csv is null
            ? typeof(Tour).Assembly.GetManifestResourceStream("enterprises.csv")!
            : File.OpenRead(csv);
        import.Run(register, ImportProgress(), cancellation);
        var rows = import.Licenses.Count + import.Rejected.Count;
        narrator.Step($"受理人 {_officers.Clerk.Name}", $"申请：{rows} 行登记数据", $"applied for {rows} rows of a register", import.Times.Reading + import.Times.Applying);
        foreach (var group in import.Rejected.GroupBy(rejection => rejection.Code).OrderByDescending(group => group.Count()))
            narrator.Bad($"{group.Count()} × {group.Key}, e.g. row {group.First().Row}: {group.First().Message}");
        narrator.Step($"核准人 {_officers.Approver.Name}", "核准：另一人，针对内容摘要", "approved by another person, bound to each content's hash", import.Times.Approving);
        narrator.Step("令牌 token", $"发照：{import.Licenses.Count} 份", $"{import.Licenses.Count} licenses prepared, signed in the token, logged", import.Times.Issuing);
        foreach (var license in import.Licenses.Take(3))
            narrator.Good($"{license.LicenseNumber}  {license.Uscc}  {license.Name}");
        if (import.Licenses.Count > 3)
            narrator.Detail($"… {import.Licenses.Count - 3} more, each an .elic file in {data.HandedOut}");
        return import;
    }

    private Progress<long>? ImportProgress() => narrator.IsInteractive && !Console.IsErrorRedirected
        ? new Progress<long>(rows => Console.Error.Write($"\r    {rows} rows "))
        : null;

    private void CertifyEnterprise(CreditCode enterprise)
    {
        var watch = Stopwatch.StartNew();
        var counter = new EnterpriseAtCounter(Authority, _officers.Clerk, data);
        if (counter.HasCertificate)
            return;
        if (counter.Certify(enterprise) is { } refusal)
            narrator.Bad($"企业证书 certificate: {refusal.Detail} [{refusal.Code}]");
        else
            narrator.Step($"受理人 {_officers.Clerk.Name}", "向企业颁发证书", $"an enterprise's certificate issued, logged, handed over: {data.Certificate("enterprise")}", watch.Elapsed);
    }

    private async Task PublishAsync(CancellationToken cancellation)
    {
        var (checkpoint, took) = await Narrator.Timed(() => Authority.PublishAsync(cancellation));
        narrator.Step("发布 publisher", $"公示：日志 {checkpoint.Size} 条", $"log of {checkpoint.Size} entries, documents and status lists published", took);
        narrator.Detail($"root {checkpoint.Root}");
    }

    private async Task OpenPublicZoneAsync(CancellationToken cancellation)
    {
        var own = FollowedSource.Of(data, data.Publication, Authority.Anchor);
        // The two shops of this tour are on this machine.
        var reached = configuration with { Sites = configuration.Sites ?? new SitesConfiguration(Loopback: [new Uri(ports.Address(ports.Shop)), new Uri(ports.Address(ports.ShopCopy))]) };
        (_public, var took) = await Narrator.Timed(() => PublicZone.StartAsync(
            data, reached, ports, publicAddress, [own], PublicRoles.Verification | PublicRoles.Display, clock, cancellation));
        narrator.Step("公共服务 public zone", "验照与亮照服务已启动", "verification and display follow the publication", took);
        if (Public.Follower.LastRefusal is { } refusal)
            throw new CommandException(refusal.Code, $"The publication is refused: {refusal.Detail}", ExitCodes.Failed);
        narrator.Detail(Text(publicAddress));
        _portal = await PortalHost.StartAsync(data, configuration, ports, publicAddress, [own], Public.Publications, Public.Sites, clock, cancellation);
        await DelegateAsync(cancellation);
    }

    /// <summary>Until the tour ends, the desks work when they are asked to.</summary>
    private async Task DelegateAsync(CancellationToken cancellation)
    {
        if (Public.Ocsp is not [{ Delegates: var delegates }])
            return;
        var watch = Stopwatch.StartNew();
        var trust = Public.Follower.View!.Trust;
        await delegates.RefreshAsync(trust, cancellation);
        Authority.DelegateDesk.Run();
        if (await delegates.RefreshAsync(trust, cancellation) is { } refusal)
            narrator.Bad($"OCSP: {refusal.Detail} [{refusal.Code}]");
        else
            narrator.Step("公共服务 public zone", "证书状态（OCSP）：委托证书经收件箱与公示签发", "its own key for OCSP answers, certified through inbox and publication for 14 days", watch.Elapsed);
    }

    private async Task<DemoVerdicts> ShowAndRevokeAsync(CreditCode shown, CreditCode last, CancellationToken cancellation)
    {
        await OpenShopsAsync(shown, cancellation);
        var license = Authority.Licensing.FindLicense(last)!;
        var qrText = QrText.For(publicAddress, license.Newest.Token.Span);
        narrator.Blank();
        narrator.Raw(TerminalQr.Draw(qrText));
        narrator.Detail($"{license.Newest.Name}  {last}");

        using var service = new VerificationCalls(Public.Address);
        VerifyOffline(license.Newest);
        var (before, took) = await Narrator.Timed(() => service.VerifyAsync(qrText, cancellation));
        narrator.Step("平台 a platform", $"验照（HTTP）：{before.GetProperty("verdict").GetString()}", "verified over HTTP", took);

        var changed = await RevokeAsync(license, cancellation);
        var after = await service.VerifyAsync(qrText, cancellation);
        narrator.Step("平台 a platform", $"再次验照：{after.GetProperty("verdict").GetString()}", "verified again; time from approval to the changed verdict", changed);
        return new DemoVerdicts(before, after);
    }

    private async Task OpenShopsAsync(CreditCode shown, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        var license = Authority.Licensing.FindLicense(shown)!;
        var shop = new Uri(ports.Address(ports.Shop));
        _badge = Public.Badges.Register(shown, shop, clock.GetUtcNow());
        _shop = SampleShop.Create(shop, publicAddress, _badge, license.Newest.Name, ports.HandTo);
        _shopCopy = SampleShop.Create(new Uri(ports.Address(ports.ShopCopy)), publicAddress, _badge, license.Newest.Name, ports.HandTo);
        await _shop.StartAsync(cancellation);
        await _shopCopy.StartAsync(cancellation);
        narrator.Step($"企业 {license.Newest.Name}", "亮照：网站标识已登记", "its web site's badge is registered", watch.Elapsed);
    }

    private void VerifyOffline(ReleasedLicense license)
    {
        var watch = Stopwatch.StartNew();
        if (!Artefact.TryRead(license.File, out var artefact, out var refusal))
            throw new CommandException(refusal.Code, refusal.Detail, ExitCodes.Failed);
        var verdict = Public.Follower.View!.Verify(artefact, clock.GetUtcNow());
        narrator.Step("任何人 anybody", $"验照（离线）：{verdict.Value}", "verified offline from the file and the publication", watch.Elapsed);
    }

    /// <returns>Time from the approval to the moment when the public zone knows.</returns>
    private async Task<TimeSpan> RevokeAsync(RegisteredLicense license, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        if (_officers.Change(Authority.Licensing, license, MatterType.Revocation, StandingEvent.Revoke) is { } refusal)
        {
            narrator.Bad($"吊销 revocation: {refusal.Detail} [{refusal.Code}]");
            return TimeSpan.Zero;
        }

        var checkpoint = await Authority.PublishAsync(cancellation);
        narrator.Step($"{_officers.Clerk.Name} → {_officers.Approver.Name}", "吊销", "revoked: applied for by one officer, approved by another, published", watch.Elapsed);
        while (Public.Follower.View!.Checkpoint.Size < checkpoint.Size)
            await Public.Follower.PollAsync(cancellation);
        return watch.Elapsed;
    }

    private void Close(RegisterImport import)
    {
        narrator.Title("接下来", "What to click or paste");
        if (_badge is not null)
        {
            narrator.Link("商店网站（真标识）", "a shop with its badge", ports.Address(ports.Shop));
            narrator.Link("仿冒网站（同一标识）", "its copy on another port: the badge names the other site", ports.Address(ports.ShopCopy));
        }

        narrator.Link("验照页面", "the verify page", Text(publicAddress));
        if (import.Licenses.Count > 0)
            Suggest(import.Licenses[0]);
        narrator.Link(
            "工作人员接口（凭证书）", "the officers' door, with an officer's certificate",
            $"curl --cacert {data.RootCertificate} --cert {data.Certificate("clerk")} {ports.AuthorityAddress}/api/v1/applications?state=done");
        narrator.Detail($"数据 data: {data.Root}");
    }

    private void Suggest(DemoLicense license)
    {
        narrator.Link("执照页面", "a license's page", $"{Text(publicAddress)}/l/{license.Uscc}");
        var trust = $"--trust {data.RootFingerprint} --publication {data.Publication} --offline";
        narrator.Link("离线验照", "verify offline", $"./run verify {license.File} {trust}");
        var changed = Path.Combine(data.HandedOut, "one-byte-changed.elic");
        var bytes = File.ReadAllBytes(license.File);
        bytes[^1] ^= 1; // within the signature
        File.WriteAllBytes(changed, bytes);
        narrator.Link("改动一个字节", "change one byte", $"./run verify {changed} {trust}");
        narrator.Link("核对公示日志", "recompute the public log", $"./run log verify --trust {data.RootFingerprint} --publication {data.Publication}");
    }

    private DemoBadge? DescribeBadge() => _badge is null
        ? null
        : new DemoBadge(_badge.Id, $"{Text(publicAddress)}/badge/{_badge.Id}.svg", $"{Text(publicAddress)}/badge/{_badge.Id}");

    private static string Text(Uri address) => address.AbsoluteUri.TrimEnd('/');

    private static CreditCode Parse(string text) =>
        CreditCode.TryParse(text, out var code, out var refusal) ? code : throw new InvalidOperationException(refusal.ToString());
}
