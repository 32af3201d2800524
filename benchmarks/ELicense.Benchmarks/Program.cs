using BenchmarkDotNet.Running;
using ELicense.Benchmarks;
using ELicense.Benchmarks.Load;

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
if (args is ["junk-flood", .. var turns])
    return await JunkFlood.RunAsync(turns);
if (args is ["flood", .. var flooded])
    return await JunkFlood.FloodAsync(flooded);
if (args is ["mixed-load", .. var time])
    return await MixedLoad.RunAsync(time);
if (args is ["search-names", .. var searched])
    return await NameSearchSpeed.RunAsync(searched);
if (args is ["size-latency", .. var sizes])
    return await SizeLatency.RunAsync(sizes);
if (args is ["http", .. var row])
    return await HttpSpeed.RunAsync(row);
if (args is ["role-ready", .. var followed])
    return await RoleReady.RunAsync(followed);
if (args is ["revocation-list"])
    return RevocationListSpeed.Run();

BenchmarkSwitcher.FromAssembly(typeof(BulkIssue).Assembly).Run(args);
return 0;
