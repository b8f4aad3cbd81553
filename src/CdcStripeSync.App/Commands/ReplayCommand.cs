using System.CommandLine;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Replay;
using Spectre.Console;

namespace CdcStripeSync.App.Commands;

internal static class ReplayCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("dir") { Description = "A recording: records.jsonl[.gz] and schemas.json." };
        var mapping = new Option<string>("--mapping") { Description = "The mapping file.", Required = true };
        var json = new Option<bool>("--json") { Description = "One JSON document: requests, objects, parked, dead_letters, counts." };
        var inProcess = new Option<bool>("--in-process") { Description = "Hand the records over directly, without Kafka's protocol." };
        var strict = new Option<bool>("--strict") { Description = $"Exit code {ExitCode.Differs} where a dead letter or a waiting row is left, or the mapping names none of the tables; without it that is shown, and the exit code says whether the replay ran." };
        var command = new Command("replay", "Send a recording's bytes through the real pipeline against a fresh Stripe simulator, and show what it did.") { folder, mapping, json, inProcess, strict };
        command.Runs(async (parsed, cancellationToken) =>
        {
            var recording = DecodeCommand.Open(parsed.GetValue(folder)!);
            var run = new ReplayRun(recording, MappingLoader.Load(parsed.GetValue(mapping)!), parsed.GetValue(inProcess));
            var result = await run.RunAsync(cancellationToken);
            if (parsed.GetValue(json)) Console.WriteLine(ReplayJson.Write(result));
            else Show(result);
            return parsed.GetValue(strict) && (result.Parked.Count > 0 || result.DeadLetters.Count > 0 || result.NothingIsMapped) ? ExitCode.Differs : ExitCode.Fine;
        });
        return command;
    }

    private static void Show(ReplayResult result)
    {
        var counts = new Table().AddColumn("count").AddColumn(new TableColumn("").RightAligned());
        foreach (var (name, value) in result.Counts) counts.AddRow(name.Replace('_', ' '), value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (var (resource, objects) in result.Objects.Where(o => o.Value.Count > 0)) counts.AddRow($"objects: {resource}", objects.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
        AnsiConsole.Write(counts);
        if (result.NothingIsMapped) AnsiConsole.MarkupLine("[yellow]the mapping names none of the recording's tables[/]: compare its `from` with what `cdc-stripe decode` shows");
        foreach (var row in result.Parked) AnsiConsole.MarkupLineInterpolated($"[yellow]waits[/] {row.Key.ToString()} ({row.Reason}): {row.Message}. {row.Hint}");
        foreach (var letter in result.DeadLetters) AnsiConsole.MarkupLineInterpolated($"[red]dead letter[/] {letter.Record.Origin.ToString()}: {letter.Error}. {letter.Hint}");
        foreach (var alarm in result.Alarms) AnsiConsole.MarkupLineInterpolated($"[yellow]alarm[/] {alarm}");
    }
}
