using System.CommandLine;
using System.Text.Json.Nodes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;
using Spectre.Console;

namespace CdcStripeSync.App.Commands;

/// <summary><c>parked</c>: the rows that wait for something.</summary>
internal static class ParkedCommands
{
    public static Command Create()
    {
        var command = new Command("parked", "Rows that wait: for a parent, for approval, for a value that can be sent.");
        command.Subcommands.Add(List());
        command.Subcommands.Add(Show());
        command.Subcommands.Add(Release());
        return command;
    }

    private static Command List()
    {
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        var command = new Command("list", "List waiting rows, longest waiting first.") { json };
        var selection = new ParkedSelection(command);
        command.RunsOnStore(async (parsed, store, cancellationToken) =>
        {
            var rows = await selection.FindAsync(parsed, store, cancellationToken);
            if (parsed.GetValue(json))
            {
                foreach (var row in rows) Console.WriteLine(Json(row).ToJsonString());
                return ExitCode.Fine;
            }

            var table = new Table().AddColumn("row").AddColumn("waits").AddColumn("reason").AddColumn("message").AddColumn("what to do");
            foreach (var row in rows)
                table.AddRow(Markup.Escape(row.Key.ToString()), Age.Of(TimeProvider.System.GetUtcNow() - row.Since), row.Reason.ToString(), Markup.Escape(row.Message), Markup.Escape(row.Approved ? "released" : row.Hint));
            if (rows.Count > 0) AnsiConsole.Write(table);
            Console.WriteLine($"{Counted.Of(rows.Count, "row")} {(rows.Count == 1 ? "waits" : "wait")}");
            return ExitCode.Fine;
        });
        return command;
    }

    private static Command Show()
    {
        var row = new Argument<string>("row") { Description = "As `parked list` prints it: price:public.prices/42." };
        var command = new Command("show", "One waiting row: why, since when, what is known of it.") { row };
        command.RunsOnStore(async (parsed, store, cancellationToken) =>
        {
            var found = (await store.ParkedAsync(null, int.MaxValue, cancellationToken)).FirstOrDefault(p => p.Key.ToString() == parsed.GetValue(row))
                ?? throw new UserErrorException($"{parsed.GetValue(row)} does not wait", "`cdc-stripe parked list` lists those that do", ExitCode.Usage);
            Console.WriteLine($"row       {found.Key}");
            Console.WriteLine($"reason    {found.Reason}{(found.WaitsFor.Length > 0 ? $" {found.WaitsFor}" : "")}, since {found.Since:u}{(found.Approved ? ", released" : "")}");
            Console.WriteLine($"message   {found.Message}");
            Console.WriteLine($"hint      {found.Hint}");
            if ((await store.LoadAsync([found.Key], cancellationToken)).GetValueOrDefault(found.Key) is not { } entity) return ExitCode.Fine;
            Console.WriteLine($"stripe    {entity.StripeId ?? "no object yet"}");
            foreach (var (column, value) in entity.Row) Console.WriteLine($"  {column} = {value}");
            return ExitCode.Fine;
        });
        return command;
    }

    private static Command Release()
    {
        var all = new Option<bool>("--all") { Description = "All of them; else at least one selecting option is needed." };
        var command = new Command("release", "Try waiting rows once more at once; the breadth limit no longer holds them.") { all };
        var selection = new ParkedSelection(command);
        command.RunsOnStore(async (parsed, store, cancellationToken) =>
        {
            if (!parsed.GetValue(all) && !selection.IsGiven(parsed))
                throw new UserErrorException("parked release needs to know which rows", "give --row, --resource, --table, --reason, --error or --older-than, or say --all", ExitCode.Usage);
            var rows = await selection.FindAsync(parsed, store, cancellationToken);
            var count = await store.ReleaseAsync([.. rows.Select(r => r.Key)], cancellationToken);
            if (count == 0 && !parsed.GetValue(all)) throw new UserErrorException("no waiting row is selected", "`cdc-stripe parked list` shows them", ExitCode.Error);
            Console.WriteLine($"{Counted.Of(count, "row")} released, to be tried within a second where `cdc-stripe run` runs");
            return ExitCode.Fine;
        });
        return command;
    }

    private static JsonObject Json(ParkedRow row) => new()
    {
        ["row"] = row.Key.ToString(),
        ["reason"] = row.Reason.ToString(),
        ["waits_for"] = row.WaitsFor,
        ["message"] = row.Message,
        ["hint"] = row.Hint,
        ["since"] = row.Since.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        ["released"] = row.Approved,
    };
}
