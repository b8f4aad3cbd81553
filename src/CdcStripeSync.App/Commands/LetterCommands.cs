using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CdcStripeSync.Pipeline.Ports;
using Spectre.Console;

namespace CdcStripeSync.App.Commands;

/// <summary><c>dlq</c>: the records that need a person.</summary>
internal static class LetterCommands
{
    private const int MostListed = 10_000;

    /// <summary>With their bytes in memory at once.</summary>
    private const int MostAtOnce = 100;

    public static Command Create()
    {
        var command = new Command("dlq", "Dead letters: records that could not be read or routed, kept whole with their reason.");
        command.Subcommands.Add(List());
        command.Subcommands.Add(Show());
        command.Subcommands.Add(Mark("retry", "Try letters again, under today's mapping and registry; one that newer state has overtaken is closed.", LetterState.Retry, "", "will be tried again within a second where `cdc-stripe run` runs"));
        command.Subcommands.Add(Mark("discard", "Close letters: nobody needs them any more.", LetterState.Closed, "discarded by an operator", "discarded"));
        command.Subcommands.Add(Export());
        return command;
    }

    private static Command List()
    {
        var closed = new Option<bool>("--closed") { Description = "Also those that are closed." };
        var json = new Option<bool>("--json") { Description = "One JSON object a line: all of them, oldest first." };
        var command = new Command("list", "List dead letters, newest first.") { closed, json };
        var selection = new LetterSelection(command);
        command.RunsOnStore(async (parsed, store, cancellationToken) =>
        {
            var filter = selection.Read(parsed, parsed.GetValue(closed) ? [] : LetterFilter.Standing.States);
            if (parsed.GetValue(json))
            {
                await WriteAsync(store, filter, withBytes: false, Console.Out, cancellationToken);
                return ExitCode.Fine;
            }

            var letters = await store.LettersAsync(filter, MostListed, cancellationToken);
            var table = new Table().AddColumn("id").AddColumn("age").AddColumn("record").AddColumn("row").AddColumn("error").AddColumn("");
            foreach (var letter in letters)
            {
                table.AddRow(
                    letter.Id.ToString(CultureInfo.InvariantCulture), Age.Of(TimeProvider.System.GetUtcNow() - letter.At), Markup.Escape(letter.Record.Origin.ToString()), Markup.Escape(letter.Entity?.ToString() ?? "–"),
                    Markup.Escape(letter.Error), letter.State == LetterState.Closed ? Markup.Escape(letter.Outcome) : letter.State.ToString().ToLowerInvariant());
            }

            if (letters.Count > 0) AnsiConsole.Write(table);
            var all = letters.Count < MostListed ? letters.Count : await store.CountLettersAsync(filter, cancellationToken);
            Console.WriteLine($"{(all > letters.Count ? $"the newest {letters.Count} of " : "")}{Counted.Of(all, "dead letter")}; `cdc-stripe dlq show ID` explains one");
            return ExitCode.Fine;
        });
        return command;
    }

    private static Command Show()
    {
        var id = new Argument<long>("id") { Description = "The letter's number, from `dlq list`." };
        var command = new Command("show", "One letter: its error, what to do, its bytes.") { id };
        command.RunsOnStore(async (parsed, store, cancellationToken) =>
        {
            if ((await store.LettersAsync(new LetterFilter([], [parsed.GetValue(id)]), 1, cancellationToken)) is not [var letter])
                throw new UserErrorException($"there is no dead letter {parsed.GetValue(id)}", "`cdc-stripe dlq list --closed` lists all", ExitCode.Usage);
            Console.WriteLine($"letter    {letter.Id} ({letter.State.ToString().ToLowerInvariant()}{(letter.Outcome.Length > 0 ? ": " + letter.Outcome : "")})");
            Console.WriteLine($"record    {letter.Record.Origin}, written {DateTimeOffset.FromUnixTimeMilliseconds(letter.Record.Timestamp):u}");
            Console.WriteLine($"row       {letter.Entity?.ToString() ?? "not known: its followers could not be held"}");
            Console.WriteLine($"error     {letter.Error}");
            Console.WriteLine($"hint      {letter.Hint}");
            Console.WriteLine($"attempts  {letter.Attempts}, last {letter.At:u}, mapping {letter.MappingFingerprint}");
            foreach (var header in letter.Record.Headers) Console.WriteLine($"header    {header.Key} = {(header.Value is { } value ? Encoding.UTF8.GetString(value.Span) : "null")}");
            Dump("key", letter.Record.Key);
            Dump("value", letter.Record.Value);
            return ExitCode.Fine;
        });
        return command;
    }

    private static Command Mark(string name, string description, LetterState state, string outcome, string said)
    {
        var all = new Option<bool>("--all") { Description = "All of them; else at least one selecting option is needed." };
        var command = new Command(name, description) { all };
        var selection = new LetterSelection(command);
        command.RunsOnStore(async (parsed, store, cancellationToken) =>
        {
            if (!parsed.GetValue(all) && !selection.IsGiven(parsed))
                throw new UserErrorException($"dlq {name} needs to know which letters", "give --id, --resource, --table, --error or --older-than, or say --all", ExitCode.Usage);
            var count = await store.MarkLettersAsync(selection.Read(parsed, LetterFilter.Standing.States), state, outcome, cancellationToken);
            if (count == 0 && !parsed.GetValue(all)) throw new UserErrorException("no standing dead letter is selected", "`cdc-stripe dlq list` shows them, `--closed` those that are closed", ExitCode.Error);
            Console.WriteLine($"{Counted.Of(count, "letter")}: {said}");
            return ExitCode.Fine;
        });
        return command;
    }

    private static Command Export()
    {
        var command = new Command("export", "Write letters with their bytes (base64) and headers, one JSON object a line, oldest first.");
        var selection = new LetterSelection(command);
        command.RunsOnStore(async (parsed, store, cancellationToken) =>
        {
            await WriteAsync(store, selection.Read(parsed, []), withBytes: true, Console.Out, cancellationToken);
            return ExitCode.Fine;
        });
        return command;
    }

    /// <summary>All that the filter takes, one JSON object a line, oldest first.</summary>
    internal static async Task WriteAsync(IStateStore store, LetterFilter filter, bool withBytes, TextWriter output, CancellationToken cancellationToken)
    {
        filter = filter with { AfterId = 0 };
        while (await store.LettersAsync(filter, MostAtOnce, cancellationToken) is { Count: > 0 } letters)
        {
            foreach (var letter in letters) await output.WriteLineAsync(Json(letter, withBytes).ToJsonString());
            filter = filter with { AfterId = letters[^1].Id };
        }
    }

    private static JsonObject Json(DeadLetter letter, bool withBytes)
    {
        var json = new JsonObject
        {
            ["id"] = letter.Id,
            ["state"] = letter.State.ToString().ToLowerInvariant(),
            ["outcome"] = letter.Outcome,
            ["topic"] = letter.Record.Origin.Topic,
            ["partition"] = letter.Record.Origin.Partition,
            ["offset"] = letter.Record.Origin.Offset,
            ["timestamp"] = letter.Record.Timestamp,
            ["row"] = letter.Entity?.ToString(),
            ["error"] = letter.Error,
            ["hint"] = letter.Hint,
            ["position"] = letter.Position,
            ["attempts"] = letter.Attempts,
            ["mapping"] = letter.MappingFingerprint,
            ["at"] = letter.At.ToString("O", CultureInfo.InvariantCulture),
        };
        if (!withBytes) return json;
        json["key"] = Base64(letter.Record.Key);
        json["value"] = Base64(letter.Record.Value);
        json["headers"] = new JsonArray([.. letter.Record.Headers.Select(h => new JsonObject { ["key"] = h.Key, ["value"] = Base64(h.Value) })]);
        return json;
    }

    private static string? Base64(ReadOnlyMemory<byte>? bytes) => bytes is { } given ? Convert.ToBase64String(given.Span) : null;

    private static void Dump(string name, ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } given)
        {
            Console.WriteLine($"{name,-9} null");
            return;
        }

        Console.WriteLine($"{name,-9} {Counted.Of(given.Length, "byte")}");
        for (var at = 0; at < Math.Min(given.Length, 1_024); at += 16)
        {
            var line = given.Span.Slice(at, Math.Min(16, given.Length - at));
            var text = string.Concat(line.ToArray().Select(b => b is >= 32 and < 127 ? (char)b : '.'));
            Console.WriteLine($"  {at:x6}  {Convert.ToHexStringLower(line),-32}  {text}");
        }
    }
}
