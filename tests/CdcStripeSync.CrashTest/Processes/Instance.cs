using System.Diagnostics;
using System.Globalization;
using CdcStripeSync.CrashTest.Running;

namespace CdcStripeSync.CrashTest.Processes;

/// <summary>One <c>cdc-stripe run</c>: a process of its own, started again as often as it takes.</summary>
internal sealed class Instance(string name, string program, string folder, RunLog log) : IAsyncDisposable
{
    private const int MostLines = 400;
    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();
    private readonly List<Process> _ended = []; // kept: a fault may just be looking at the one before
    private Process? _process;
    private bool _told;
    private bool _killed;
    private bool _stopped;
    private int _since;

    public string Name => name;

    public string Settings => Path.Combine(folder, $"{name}.json");

    public bool IsAlive => _process is { HasExited: false };

    /// <summary>Killed or told to end by us; otherwise its end is its own doing.</summary>
    public bool WasTold => _told;

    public bool WasKilled => _killed;

    public bool IsStopped => _stopped;

    /// <summary>When it was started last.</summary>
    public TimeSpan StartedAt { get; private set; }

    public int Starts { get; private set; }

    public int? ExitCode => _process is { HasExited: true } ended ? ended.ExitCode : null;

    public IReadOnlyList<string> Said
    {
        get
        {
            lock (_lock) return [.. _lines];
        }
    }

    /// <summary>Since its last start.</summary>
    public IReadOnlyList<string> SaidSinceStart
    {
        get
        {
            lock (_lock) return [.. _lines.TakeLast(_since)];
        }
    }

    public void Start()
    {
        (_told, _killed, _stopped, StartedAt) = (false, false, false, log.Elapsed);
        Starts++;
        string[] arguments = ["run", "--verbose", "--config", Settings];
        var start = program.EndsWith(".dll", StringComparison.Ordinal) ? new ProcessStartInfo("dotnet", [program, .. arguments]) : new ProcessStartInfo(program, arguments);
        (start.WorkingDirectory, start.RedirectStandardOutput, start.RedirectStandardError) = (folder, true, true);
        start.Environment["DOTNET_TieredPGO"] = "0"; // a short life: no measuring for later
        start.Environment["DOTNET_gcServer"] = "0";
        lock (_lock) _since = 0;
        if (_process is not null) _ended.Add(_process);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        log.Say($"{name} starts, process {_process.Id.ToString(CultureInfo.InvariantCulture)}");
    }

    /// <returns>False where it did not live any more, or was dying of another kill.</returns>
    public bool Kill()
    {
        if (!IsAlive || _killed) return false;
        (_told, _killed) = (true, true);
        Signal.Kill(_process!.Id);
        return true;
    }

    /// <summary>SIGTERM, as an orchestrator stops a container.</summary>
    public void Terminate()
    {
        _told = true;
        if (IsAlive) Signal.Terminate(_process!.Id);
    }

    public void Stop()
    {
        _stopped = true;
        if (IsAlive) Signal.Stop(_process!.Id);
    }

    public void Continue()
    {
        _stopped = false;
        if (IsAlive) Signal.Continue(_process!.Id);
    }

    public Task EndAsync(CancellationToken cancellationToken) => _process?.WaitForExitAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        Kill();
        if (_process is null) return;
        await _process.WaitForExitAsync();
        foreach (var process in _ended.Append(_process)) process.Dispose();
    }

    private void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        lock (_lock)
        {
            _lines.Enqueue($"{log.Elapsed.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture)} {line}");
            _since++;
            if (_lines.Count > MostLines) _lines.Dequeue();
        }
    }
}
