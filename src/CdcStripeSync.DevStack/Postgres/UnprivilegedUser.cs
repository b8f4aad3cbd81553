using System.Diagnostics;

namespace CdcStripeSync.DevStack.Postgres;

/// <summary>PostgreSQL refuses to run as root: there it runs as <c>postgres</c>, or <c>nobody</c> where that user is missing.</summary>
internal static class UnprivilegedUser
{
    private const string NewSession = "/usr/bin/setsid";

    /// <summary>The user to switch to, or null when this process is not root.</summary>
    public static string? Name { get; } = Environment.UserName == "root" ? HasUser("postgres") ? "postgres" : "nobody" : null;

    /// <summary>A start that switches user where needed, and that ends with this process where the system can see to it. In a session of its own: a
    /// terminal's Ctrl-C is this program's to answer, and the server is still there while it does.</summary>
    public static ProcessStartInfo Start(string program, IEnumerable<string> arguments, string workingFolder)
    {
        var start = new ProcessStartInfo { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = workingFolder };
        start.Environment["LC_ALL"] = "C.UTF-8";
        if (File.Exists("/usr/bin/setpriv"))
        {
            start.FileName = "/usr/bin/setpriv";
            if (Name is not null) Add(start, "--reuid", Name, "--regid", Name == "nobody" ? "nogroup" : Name, "--clear-groups");
            Add(start, "--pdeathsig", "INT", "--", program);
        }
        else if (Name is not null)
        {
            start.FileName = "runuser";
            Add(start, "-u", Name, "--", program);
        }
        else
        {
            start.FileName = program;
        }

        Add(start, [.. arguments]);
        if (!File.Exists(NewSession)) return start;
        start.ArgumentList.Insert(0, start.FileName);
        start.FileName = NewSession;
        return start;
    }

    /// <summary>Makes a folder that the user owns; nobody else reads it.</summary>
    public static void OwnFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        if (Name is null) return;
        using var chown = Process.Start(new ProcessStartInfo("chown", ["-R", Name, folder]))!;
        chown.WaitForExit();
    }

    /// <summary>A new folder under the system's temporary one that the user can reach.</summary>
    public static string TemporaryFolder()
    {
        var folder = Directory.CreateTempSubdirectory("cdc-stripe-").FullName;
        if (Name is not null) File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return folder;
    }

    private static void Add(ProcessStartInfo start, params string[] arguments)
    {
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
    }

    private static bool HasUser(string name) => File.Exists("/etc/passwd") && File.ReadLines("/etc/passwd").Any(l => l.StartsWith(name + ":", StringComparison.Ordinal));
}
