using System.CommandLine;
using ELicense.Cli;
using ELicense.Cli.Ceremony;
using ELicense.Cli.Commands;
using ELicense.Cli.Demo;
using ELicense.Cli.Officers;
using ELicense.Cli.Tokens;

var root = new RootCommand("ELicense 电子营业执照: issue, publish and verify electronic business licenses")
{
    DemoCommand.Create(),
    ServeCommand.Create(),
    CeremonyCommand.Create(),
    VerifyCommand.Create(),
    LogCommand.Create(),
    AuditCommand.Create(),
    SitesCommand.Create(),
    ImportCommand.Create(),
    ApproveCommand.Create(),
    CertificateMatterCommand.LossReport(),
    CertificateMatterCommand.Replacement(),
    BundleCommand.Create(),
    BundleCommand.CreateInbox(),
    RestoreCommand.Create(),
    ClockCommand.Create(),
    TokenCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
        await Console.Error.WriteLineAsync(error.Message);
    await Console.Error.WriteLineAsync("elicense --help says more.");
    return ExitCodes.Usage;
}

try
{
    // A command ends its own work on Ctrl+C and SIGTERM; no time limit cuts it off half-way.
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });
}
catch (CommandException refused)
{
    await Console.Error.WriteLineAsync($"elicense: {refused.Message} [{refused.Code}]");
    return refused.ExitCode;
}
catch (ELicense.Pkcs11.Pkcs11Exception failed)
{
    await Console.Error.WriteLineAsync($"elicense: {failed.Message} [{failed.Code}]");
    return ExitCodes.Failed;
}
catch (ELicense.Cryptography.Keys.SigningKeyException failed)
{
    await Console.Error.WriteLineAsync($"elicense: {failed.Message} [{failed.Code}]");
    return ExitCodes.Failed;
}
catch (OperationCanceledException)
{
    return ExitCodes.Failed;
}
catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"elicense: {failed.Message} [{ELicense.Core.Codes.InputOutput}]");
    return ExitCodes.Failed;
}
