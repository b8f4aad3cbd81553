using System.CommandLine;
using System.Text.Json;
using CdcStripeSync.App.Connectors;

namespace CdcStripeSync.App.Commands.Connectors;

internal static class StatusCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var names = new Argument<string[]>("name") { Description = "Connectors; all of the worker where none is named.", Arity = ArgumentArity.ZeroOrMore };
        var json = new Option<bool>("--json") { Description = "One JSON array." };
        var command = new Command("status", "How connectors and tasks do: state, root cause, offsets in the database's words, bytes of log behind. Exit code 3 where one does not run: failed, paused, stopped, without tasks.") { names, json };
        var options = ConnectorOptions.On(command, withFiles: false);
        command.RunsOnWorker(async (parsed, cancellationToken) =>
        {
            var settings = options.Read(parsed);
            using var client = ConnectorOptions.Client(settings);
            var found = await ConnectorView.ReadAsync(client, await SourceLook.AtAsync(settings, cancellationToken), parsed.GetValue(names)!, cancellationToken);
            foreach (var missing in parsed.GetValue(names)!.Where(n => found.All(f => f.Name != n))) throw new UserErrorException($"no connector {missing}", $"there are {string.Join(", ", found.Select(f => f.Name).DefaultIfEmpty("none"))}", ExitCode.Usage);
            if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(found, Json));
            else foreach (var line in found.Count == 0 ? ["the worker has no connectors"] : found.SelectMany(f => f.Lines())) Console.WriteLine(line);
            return found.Any(f => !f.Runs) ? ExitCode.Differs : ExitCode.Fine;
        });
        return command;
    }
}
