using System.CommandLine;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.App.Commands;

/// <summary>A command that works on the configured state store alone.</summary>
internal static class StoreCommand
{
    public static void RunsOnStore(this Command command, Func<ParseResult, IStateStore, CancellationToken, Task<int>> action)
    {
        var options = SettingsOptions.On(command);
        command.Runs(async (parsed, cancellationToken) =>
        {
            var settings = options.Read(parsed);
            if (settings.State.ConnectionString.Length == 0) throw new SettingsException(["state.connectionString: missing; expected Host=…;Database=…;Username=…;Password=…"]);
            await using var source = StateAccess.Source(settings);
            var store = await StateAccess.OpenAsync(source, settings, cancellationToken);
            if (!await store.IsStampedAsync(cancellationToken))
                await Console.Error.WriteLineAsync($"cdc-stripe: note: no `cdc-stripe run` has used this state store (schema {settings.State.Schema}) yet; is state.connectionString the one that it runs with?");
            return await action(parsed, store, cancellationToken);
        });
    }
}
