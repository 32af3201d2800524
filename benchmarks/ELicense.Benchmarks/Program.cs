using BenchmarkDotNet.Running;
using ELicense.Benchmarks;

if (args is ["bulk-issue", .. var rest])
    return BulkIssue.Run(rest);
if (args is ["single-issue", .. var licenses])
    return await SingleIssue.RunAsync(licenses);
if (args is ["change-latency", .. var changes])
    return await ChangeLatency.RunAsync(changes);
if (args is ["verify-token"])
    return VerifyTokenRatio.Run();
if (args is ["verify-seen"])
    return VerifySeen.Run();
if (args is ["ocsp"])
    return await OcspSpeed.RunAsync();
if (args is ["verify-batch"])
    return await BatchRatio.RunAsync();
if (args is ["generate-publication", .. var size])
    return GeneratedPublication.Run(size);
if (args is ["follow-publication", .. var place])
    return await FollowedPublication.RunAsync(place);
if (args is ["revocation-list"])
    return RevocationListSpeed.Run();

BenchmarkSwitcher.FromAssembly(typeof(BulkIssue).Assembly).Run(args);
return 0;
