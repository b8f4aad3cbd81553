using System.Diagnostics;
using System.Globalization;

namespace CdcStripeSync.Simulator.Tests;

/// <summary>Stripe's own client for Node, which knows nothing of this simulator.</summary>
public sealed class NodeClientTests
{
    [Fact]
    public async Task StripesOwnClient_DrivingTheSimulator_FindsWhatItExpects()
    {
        var folder = Path.Combine(Root(), "tests", "CdcStripeSync.Simulator.Tests", "node-client");
        if (!File.Exists(Path.Combine(folder, "node_modules", "stripe", "package.json")))
            await RunAsync(folder, "npm", "ci", "--no-audit", "--no-fund");
        await using var simulator = await StripeSimulator.StartAsync(new SimulatorOptions(), CancellationToken.None);
        var output = await RunAsync(folder, "node", "drive.mjs", "127.0.0.1", simulator.BaseAddress.Port.ToString(CultureInfo.InvariantCulture));
        Assert.StartsWith("ok", output, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }

        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output}\n{await errors}");
        return await output;
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CdcStripeSync.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"No CdcStripeSync.sln above {AppContext.BaseDirectory}.");
    }
}
