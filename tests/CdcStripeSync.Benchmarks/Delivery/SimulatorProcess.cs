using System.Diagnostics;
using System.Globalization;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>The Stripe simulator as a process of its own, so that its work is not counted as ours.</summary>
internal sealed class SimulatorProcess : IDisposable
{
    private readonly Process _process;

    private SimulatorProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public static SimulatorProcess Start(int latency, int? rate)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "cdc-stripe.dll"), "simulator", "--port", "0", "--latency", latency.ToString(CultureInfo.InvariantCulture)];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        if (rate is { } limit)
        {
            foreach (var argument in (string[])["--rate", limit.ToString(CultureInfo.InvariantCulture), "--endpoint-rate", limit.ToString(CultureInfo.InvariantCulture)]) start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("the simulator did not start");
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.Split(' ').FirstOrDefault(w => w.StartsWith("http://", StringComparison.Ordinal)) is { } address) return new SimulatorProcess(process, new Uri(address));
        }

        throw new InvalidOperationException("the simulator ended without an address");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
