using System.Runtime.InteropServices;

namespace ELicense.Benchmarks;

/// <summary>Processor time of the calling thread: what a busy machine takes away between two instructions is not counted.</summary>
internal static partial class ThreadTime
{
    private const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID, time.h of Linux

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    public static double Microseconds()
    {
        if (GetTime(ThreadCpuTime, out var time) != 0)
            throw new InvalidOperationException($"clock_gettime failed: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        return (time.Seconds * 1e6) + (time.Nanoseconds / 1e3);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out TimeSpec time);
}
