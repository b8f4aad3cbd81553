using System.CommandLine;
using CdcStripeSync.Simulator;

namespace CdcStripeSync.App.Commands;

internal static class SimulatorCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1; 0 takes a free one.", DefaultValueFactory = _ => 12111 };
        UsageErrors.RefuseNoPort(port);
        var latency = new Option<int>("--latency") { Description = "Milliseconds that each answer takes." };
        var perSecond = new Option<int?>("--rate") { Description = "Requests a second that the account may make (429 beyond); none by default." };
        var perEndpoint = new Option<int?>("--endpoint-rate") { Description = "The same for each endpoint." };
        var load = new Option<FileInfo?>("--load") { Description = "A dump to begin with (GET /_sim/dump)." };
        var logged = new Option<int>("--log") { Description = "Requests that GET /_sim/requests keeps, the newest ones (GET /_sim/counts counts all).", DefaultValueFactory = _ => new SimulatorOptions().LoggedRequests };
        var command = new Command("simulator", "Run the Stripe simulator alone: point any Stripe client at it, with any key that begins with sk_test_.") { port, latency, perSecond, perEndpoint, load, logged };
        command.RunsUntilStopped(async (parsed, cancellationToken) =>
        {
            var options = new SimulatorOptions
            {
                Port = parsed.GetValue(port),
                Latency = TimeSpan.FromMilliseconds(parsed.GetValue(latency)),
                GlobalRate = parsed.GetValue(perSecond),
                EndpointRate = parsed.GetValue(perEndpoint),
                LoggedRequests = Math.Max(0, parsed.GetValue(logged)),
            };
            await using var simulator = await StartAsync(options, cancellationToken);
            if (parsed.GetValue(load) is { } file) simulator.Load(await File.ReadAllTextAsync(file.FullName, cancellationToken));
            Console.WriteLine($"Stripe simulator at {simulator.BaseAddress} (Ctrl-C stops it)");
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return ExitCode.Fine;
        });
        return command;
    }

    private static async Task<StripeSimulator> StartAsync(SimulatorOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await StripeSimulator.StartAsync(options, cancellationToken);
        }
        catch (IOException e)
        {
            throw new UserErrorException($"port {options.Port} is taken: {e.Message}", "give another with --port, or --port 0 for a free one", ExitCode.Error, e);
        }
    }
}
