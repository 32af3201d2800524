using System.Diagnostics;
using System.Globalization;

namespace ELicense.Benchmarks;

/// <summary>
/// <c>elicense serve --role public</c> over a generated publication, several times in turn: how long until /readyz is 200, what processor time that took, and what memory is resident then. The first
/// start builds what it follows into the data folder, the later ones find it there.
/// </summary>
internal static class RoleReady
{
    private const int PortBase = 18_900;
    private const int Starts = 6;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(2);

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var folder, var data])
        {
            Console.Error.WriteLine("role-ready FOLDER DATA");
            return 2;
        }

        var root = (await File.ReadAllTextAsync(Path.Combine(folder, "anchor.txt"))).Trim();
        using var http = new HttpClient();
        for (var start = 0; start < Starts; start++)
        {
            var watch = Stopwatch.StartNew();
            using var role = await ServedElicense.StartAsync("public", data, PortBase, "--publication", Path.Combine(folder, "publication"), "--trust", root);
            while (!await IsReadyAsync(http, new Uri(role.Public!, "/readyz")))
                await Task.Delay(Between);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"ready after {watch.Elapsed.TotalSeconds:0.00} s, {role.CpuTime.TotalSeconds:0.00} s of processor time; {role.ResidentBytes / 1e6:0} MB resident"));
        }

        return 0;
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, Uri address)
    {
        using var answer = await http.GetAsync(address);
        return answer.IsSuccessStatusCode;
    }
}
