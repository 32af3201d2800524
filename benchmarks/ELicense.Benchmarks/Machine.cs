using System.Globalization;

namespace ELicense.Benchmarks;

/// <summary>What the kernel counts, proc(5).</summary>
internal static class Machine
{
    /// <summary>USER_HZ is 100 on Linux.</summary>
    public static TimeSpan Ticks(long count) => TimeSpan.FromMilliseconds(10 * count);

    /// <summary>Time of all processors that somebody used: of cpu in /proc/stat, user, nice and system; interrupts too.</summary>
    public static TimeSpan BusyTime()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Ticks(((string[])[.. fields[1..4], .. fields[6..8]]).Sum(field => long.Parse(field, CultureInfo.InvariantCulture)));
    }

    /// <summary>VmHWM of /proc/self/status: the most memory that this process held at a time.</summary>
    public static double PeakMegabytes()
    {
        var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.AsSpan(6).Trim(" \tkB"), CultureInfo.InvariantCulture) / 1024;
    }
}
