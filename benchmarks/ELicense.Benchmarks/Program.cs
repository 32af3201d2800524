using BenchmarkDotNet.Running;
using ELicense.Benchmarks;

if (args is ["bulk-issue", .. var rest])
    return BulkIssue.Run(rest);

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
