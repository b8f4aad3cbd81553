using System.CommandLine;
using CdcStripeSync.App.Demo;

namespace CdcStripeSync.App.Commands;

internal static class DemoCommand
{
    public static Command Create()
    {
        var sql = new Option<string?>("--sql") { Description = "Run this script on the sample shop instead of the built-in session." };
        var changes = new Option<int>("--changes") { Description = "Then this many changes at 5 a second, for the freshness figures.", DefaultValueFactory = _ => 50 };
        var json = new Option<bool>("--json") { Description = "One JSON document instead of tables: objects, what differs, counts." };
        var command = new Command("demo", "A scripted session on a stack of its own; ends with rows beside Stripe objects. Exit code 3 where they differ.") { sql, changes, json };
        command.Runs((parsed, cancellationToken) => new DemoRun(parsed.GetValue(sql), parsed.GetValue(sql) is null ? parsed.GetValue(changes) : 0, parsed.GetValue(json)).RunAsync(cancellationToken));
        return command;
    }
}
