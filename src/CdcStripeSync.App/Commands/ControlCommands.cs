using System.CommandLine;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.App.Commands;

/// <summary>What an operator says to all instances at once, through the state store.</summary>
internal static class ControlCommands
{
    public static Command Pause()
    {
        var because = new Option<string>("--because") { Description = "Why, for those who look at the page.", DefaultValueFactory = _ => "an operator paused" };
        var command = new Command("pause", "Stop writing to Stripe, everywhere, within a second; nothing is lost.") { because };
        OnStore(command, async (parsed, store, cancellationToken) =>
        {
            await store.ChangeControlsAsync(new ControlsChange { Paused = true, PausedBecause = parsed.GetValue(because)! }, cancellationToken);
            Console.WriteLine("paused; `cdc-stripe resume` goes on");
        });
        return command;
    }

    public static Command Resume()
    {
        var command = new Command("resume", "Go on writing to Stripe.");
        OnStore(command, async (_, store, cancellationToken) =>
        {
            await store.ChangeControlsAsync(new ControlsChange { Paused = false, PausedBecause = "" }, cancellationToken);
            Console.WriteLine("running");
        });
        return command;
    }

    public static Command Approve()
    {
        var resource = new Option<string?>("--resource") { Description = "Only rows of this resource." };
        var createAll = new Option<bool>("--create-all") { Description = "The first start may create objects although the account already holds some that are not ours." };
        var adopt = new Option<bool>("--adopt") { Description = "Rows link the objects that the account already holds for them (by stripe_id, our key in the metadata, or lookup key) instead of creating others." };
        var command = new Command("approve", "Release what the breadth limit holds; with --adopt or --create-all, answer the first start's question.") { resource, createAll, adopt };
        OnStore(command, async (parsed, store, cancellationToken) =>
        {
            if (parsed.GetValue(createAll) || parsed.GetValue(adopt))
            {
                UsageErrors.RefuseIdle(parsed, "with --adopt or --create-all, which hold for all rows", resource);
                Console.WriteLine(await FirstStartAnswer.TellAsync(store, parsed.GetValue(adopt), parsed.GetValue(createAll), cancellationToken));
                return;
            }

            var count = await store.ApproveAsync(ParkReason.Breadth, parsed.GetValue(resource), cancellationToken);
            var waiting = (await store.ParkedAsync(ParkReason.Breadth, int.MaxValue, cancellationToken)).Where(r => !r.Approved).GroupBy(r => r.Key.Resource).Select(r => $"{r.Count()} of {r.Key}").Order(StringComparer.Ordinal).ToList();
            Console.WriteLine($"{(count > 0 ? $"{Counted.Of(count, "row")} released" : $"nothing{(parsed.GetValue(resource) is { } name ? $" of {name}" : "")} waits for approval")}{(waiting.Count > 0 ? $"; still waiting: {string.Join(", ", waiting)}" : "")}");
        });
        return command;
    }

    private static void OnStore(Command command, Func<ParseResult, IStateStore, CancellationToken, Task> action) => command.RunsOnStore(async (parsed, store, cancellationToken) =>
    {
        await action(parsed, store, cancellationToken);
        return ExitCode.Fine;
    });
}
