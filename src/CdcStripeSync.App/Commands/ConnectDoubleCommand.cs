using System.CommandLine;
using CdcStripeSync.DevStack.Connect;
using CdcStripeSync.DevStack.Connect.Sources;

namespace CdcStripeSync.App.Commands;

internal static class ConnectDoubleCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1; 0 takes a free one.", DefaultValueFactory = _ => 8083 };
        UsageErrors.RefuseNoPort(port);
        var user = new Option<string?>("--user") { Description = "NAME:PASSWORD that every request must carry." };
        var command = new Command("connect-double", "Run the Kafka Connect double alone, to rehearse `connectors` on: it takes any database that a configuration names. POST /_double shapes its faults.") { port, user };
        command.RunsUntilStopped(async (parsed, cancellationToken) =>
        {
            var credentials = (parsed.GetValue(user) ?? "").Split(':', 2);
            var options = new ConnectServerOptions { Port = parsed.GetValue(port), Username = credentials[0], Password = credentials.ElementAtOrDefault(1), Variable = Environment.GetEnvironmentVariable, Controls = true };
            await using var server = await StartAsync(options, cancellationToken);
            Console.WriteLine(
                $$"""
                Kafka Connect double at {{server.Address}} (Ctrl-C stops it)
                  {"fail": "NAME", "trace": "java.io.IOException: why"}   a task fails
                  {"rebalancing": 3}  {"unavailable": 2}  {"lostAnswers": 1}  {"latency": 500}  {"answerLatency": 500}
                                                                           faults, each by: curl -d '…' {{server.Address}}_double
                """);
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return ExitCode.Fine;
        });
        return command;
    }

    private static async Task<ConnectServer> StartAsync(ConnectServerOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await ConnectServer.StartAsync(new DeclaredSources(TimeProvider.System) { Permissive = true }, options, cancellationToken);
        }
        catch (IOException e)
        {
            throw new UserErrorException($"port {options.Port} is taken: {e.Message}", "give another with --port, or --port 0 for a free one", ExitCode.Error, e);
        }
    }
}
