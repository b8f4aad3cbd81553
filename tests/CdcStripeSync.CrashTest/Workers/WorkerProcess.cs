using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CdcStripeSync.CrashTest.Processes;
using CdcStripeSync.CrashTest.Running;
using CdcStripeSync.DevStack.Postgres;

namespace CdcStripeSync.CrashTest.Workers;

/// <summary>A worker as the campaign sees it. However it ends, nothing that it started stays: processes, the state server, folders.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private const int MostLines = 200;

    /// <summary>Longer than any run takes, whose own patience is shorter.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Shutdown = TimeSpan.FromSeconds(10);
    private readonly Queue<string> _said = new();
    private readonly DirectoryInfo _folder;
    private readonly Process _process;

    private WorkerProcess(DirectoryInfo folder, Process process)
    {
        (_folder, _process) = (folder, process);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
    }

    public bool IsAlive => !_process.HasExited;

    public static WorkerProcess Start(CrashTestOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("cdc-stripe-worker-");
        folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute; // PostgreSQL's user must reach its own below
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "CdcStripeSync.CrashTest.dll"), Worker.Argument])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = folder.FullName;
        start.Environment["PROGRAM"] = options.Program;
        return new WorkerProcess(folder, Process.Start(start)!);
    }

    public async Task<WorkerAnswer> RunAsync(ulong seed, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LongestRun);
        try
        {
            await _process.StandardInput.WriteLineAsync(seed.ToString(CultureInfo.InvariantCulture).AsMemory(), patience.Token);
            await _process.StandardInput.FlushAsync(patience.Token);
            if (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line) return new WorkerAnswer.Ran(JsonSerializer.Deserialize<RunResult>(line)!);
            await _process.WaitForExitAsync(patience.Token); // with its standard error read to the end
        }
        catch (IOException)
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Signal.Kill(_process.Id);
            return new WorkerAnswer.Died($"no word for {LongestRun.TotalMinutes:0} minutes", Said());
        }

        return WorkerDeath.Of(_process.ExitCode, Said());
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        if (!await EndsAsync(Shutdown)) Signal.Kill(_process.Id);
        await _process.WaitForExitAsync();
        await StateServerEndsAsync();
        Signal.KillGroup(_process.Id);
        _process.Dispose();
        await DataFolder.RemoveAsync(_folder.FullName);
    }

    /// <summary>For a worker that is in the middle of a run.</summary>
    public void Kill()
    {
        if (IsAlive) Signal.Kill(_process.Id);
    }

    private async Task<bool> EndsAsync(TimeSpan patience)
    {
        using var impatience = new CancellationTokenSource(patience);
        try
        {
            await _process.WaitForExitAsync(impatience.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The system tells it to end when the process that started it has: ended by itself, it leaves no shared memory behind.</summary>
    private async Task StateServerEndsAsync()
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < Shutdown && _folder.EnumerateFiles("postmaster.pid", Deep).Any()) await Task.Delay(50);
    }

    private static readonly EnumerationOptions Deep = new() { RecurseSubdirectories = true, MaxRecursionDepth = 2, IgnoreInaccessible = true };

    private void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        lock (_said)
        {
            _said.Enqueue(line);
            if (_said.Count > MostLines) _said.Dequeue();
        }
    }

    private List<string> Said()
    {
        lock (_said) return [.. _said];
    }
}
