using System.Runtime.InteropServices;

namespace CdcStripeSync.CrashTest.Processes;

/// <summary>Signals to a process that we started.</summary>
internal static partial class Signal
{
    private const int KillNumber = 9;
    private const int TerminateNumber = 15;
    private const int QuitNumber = 3;
    private static readonly int StopNumber = OperatingSystem.IsMacOS() ? 17 : 19;
    private static readonly int ContinueNumber = OperatingSystem.IsMacOS() ? 19 : 18;

    public static void Kill(int process) => Send(process, KillNumber);

    public static void Terminate(int process) => Send(process, TerminateNumber);

    public static void Quit(int process) => Send(process, QuitNumber);

    public static void Stop(int process) => Send(process, StopNumber);

    public static void Continue(int process) => Send(process, ContinueNumber);

    /// <summary>This process and all that it starts from here on are one group, named after it.</summary>
    public static void LeadGroup() => SetGroup(0, 0);

    /// <summary>What is left of the group that a process led; nothing where nothing is.</summary>
    public static void KillGroup(int leader) => Send(-leader, KillNumber);

    [LibraryImport("libc", EntryPoint = "setpgid", SetLastError = true)]
    private static partial int SetGroup(int process, int group);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Send(int process, int signal);
}
