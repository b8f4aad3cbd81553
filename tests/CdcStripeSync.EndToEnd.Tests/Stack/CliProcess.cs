using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace CdcStripeSync.EndToEnd.Tests.Stack;

/// <summary>The program itself, as a process of its own.</summary>
internal sealed class CliProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private CliProcess(Process process) => _process = process;

    public string Output => Read(_output);

    public string Error => Read(_error);

    /// <param name="folder">The current folder of the program: one without settings of its own.</param>
    public static CliProcess Start(string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "cdc-stripe.dll"), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["XDG_STATE_HOME"] = folder;
        var started = new CliProcess(new Process { StartInfo = start });
        started._process.OutputDataReceived += (_, line) => Add(started._output, line.Data);
        started._process.ErrorDataReceived += (_, line) => Add(started._error, line.Data);
        started._process.Start();
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        return started;
    }

    /// <summary>Runs to the end.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(string folder, params IEnumerable<string> arguments)
    {
        await using var process = Start(folder, arguments);
        return (await process.EndAsync(), process.Output, process.Error);
    }

    public Task<int> EndAsync() => EndAsync(Patience);

    public async Task<int> EndAsync(TimeSpan longest)
    {
        using var patience = new CancellationTokenSource(longest);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>Ctrl-C.</summary>
    public async Task<int> InterruptAsync()
    {
        await SignalAsync("INT");
        return await EndAsync();
    }

    /// <param name="name">INT, TERM …</param>
    public async Task SignalAsync(string name)
    {
        if (_process.HasExited) return;
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits until something holds; fails with what the program said where it ends before or takes too long.</summary>
    public async Task UntilAsync(string what, Func<Task<bool>> holds)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.False(_process.HasExited, $"the program ended before {what}:\n{Error}{Output}");
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"waited too long until {what}:\n{Error}{Output}");
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static void Add(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.AppendLine(line);
    }

    private static string Read(StringBuilder text)
    {
        lock (text) return text.ToString();
    }
}
