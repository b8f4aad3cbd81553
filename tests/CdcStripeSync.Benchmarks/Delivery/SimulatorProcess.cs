using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

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

    /// <param name="latency">Milliseconds.</param>
    /// <param name="rate">Requests a second, over all and for each endpoint; null: no limit.</param>
    public static SimulatorProcess Start(int latency, int? rate = null, int port = 0)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "cdc-stripe.dll"), "simulator", "--port", Text(port), "--latency", Text(latency), "--log", "1000"];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        // It keeps what it was told: its collections, when they are rare, stop every answer for 25 to 60 ms. 4 MB, in hexadecimal.
        start.Environment["DOTNET_GCGen0MaxBudget"] = "400000";
        if (rate is { } limit)
        {
            foreach (var argument in (string[])["--rate", Text(limit), "--endpoint-rate", Text(limit)]) start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("the simulator did not start");
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.Split(' ').FirstOrDefault(w => w.StartsWith("http://", StringComparison.Ordinal)) is { } address) return new SimulatorProcess(process, new Uri(address));
        }

        throw new InvalidOperationException("the simulator ended without an address");
    }

    /// <summary>What it answered since its start, by its own count.</summary>
    public async Task<SimulatorCounts> CountsAsync()
    {
        using var http = new HttpClient { BaseAddress = Address };
        var counts = JsonNode.Parse(await http.GetStringAsync(new Uri("/_sim/counts", UriKind.Relative)))!;
        var answers = counts["answers"]!.AsObject().ToDictionary(a => a.Key, a => (long)a.Value!);
        return new SimulatorCounts((long)counts["received"]!, answers.Where(a => a.Key.StartsWith("GET", StringComparison.Ordinal)).Sum(a => a.Value), answers.Where(a => a.Key.EndsWith("429", StringComparison.Ordinal)).Sum(a => a.Value));
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
