using System.CommandLine;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.Postgres;

namespace CdcStripeSync.App.Commands;

/// <summary>A command that works on the configured state store alone.</summary>
internal static class StoreCommand
{
    public static void RunsOnStore(this Command command, Func<ParseResult, PostgresStateStore, CancellationToken, Task<int>> action)
    {
        var options = SettingsOptions.On(command);
        command.Runs(async (parsed, cancellationToken) =>
        {
            var settings = options.Read(parsed);
            var errors = SettingsValidator.OfState(settings);
            if (errors.Count > 0) throw new SettingsException(errors);
            await using var source = StateAccess.Source(settings);
            var store = await StateAccess.UseAsync(source, settings, cancellationToken);
            if (await store.StampAsync(cancellationToken) is null)
                await Console.Error.WriteLineAsync($"cdc-stripe: note: no `cdc-stripe run` has used this state store (schema {settings.State.Schema}) yet; is state.connectionString the one that it runs with?");
            return await action(parsed, store, cancellationToken);
        });
    }
}
