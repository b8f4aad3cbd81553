using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Connectors;
using CdcStripeSync.Connect.Agreement;
using CdcStripeSync.Connect.Desired;

namespace CdcStripeSync.App.Commands.Connectors;

internal static class GenerateCommand
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var name = new Argument<string?>("name") { Description = "The connector whose publication and signal table are meant; needed only where the files hold several.", Arity = ArgumentArity.ZeroOrOne };
        var mapping = new Option<string?>("--mapping") { Description = "The mapping file; the settings' where it is not given." };
        var sql = new Option<bool>("--sql") { Description = "Print only the SQL: publication, replica identities, signal table." };
        var json = new Option<bool>("--json") { Description = "Print only the options." };
        var write = new Option<bool>("--write") { Description = "Write the options into the connector's file." };
        var command = new Command("generate", "Derive from the mapping what a connector must capture (only the columns that are read) and the SQL that the source needs.") { name, mapping, sql, json, write };
        var options = ConnectorOptions.On(command, withFiles: true);
        command.RunsOnWorker(async (parsed, cancellationToken) =>
        {
            var settings = options.Read(parsed);
            var file = parsed.GetValue(mapping) ?? (settings.Mapping.Length > 0 ? settings.Mapping : throw new SettingsException(["mapping: missing; give --mapping FILE or --config"]));
            var read = MappingLoader.Load(file);
            var connector = Connector(options.Files(parsed, settings, []), parsed.GetValue(name), settings, read);
            var source = await SourceLook.AtAsync(settings, cancellationToken);
            var tables = connector is null || source.IsOf(connector) ? source.Tables : null;
            var signal = connector?.Option("signal.data.collection");
            var generated = Generator.Options(read, tables, signal);
            var problems = connector is null ? [] : MappingRules.Judge(connector with { Config = connector.Config.SetItems(generated) }, read, tables);
            foreach (var problem in problems) await Console.Error.WriteLineAsync($"{(problem.Refuses ? "REFUSED" : "warning")} {problem}");
            if (problems.Any(p => p.Refuses)) return ExitCode.Usage;
            if (!parsed.GetValue(sql)) Console.WriteLine(JsonSerializer.Serialize(generated, Json));
            if (!parsed.GetValue(json) && (connector is null || Connect.Planning.ConfigRules.IsPostgres(connector)))
                Console.Write(SourceSql.Postgres(read, tables, connector?.Option("publication.name") ?? "cdc_stripe", signal));
            if (parsed.GetValue(write)) await WriteAsync(connector ?? throw new UserErrorException("there is no connector's file to write to", "name one with --files", ExitCode.Usage), generated, cancellationToken);
            return ExitCode.Fine;
        });
        return command;
    }

    private static DesiredConnector? Connector(IReadOnlyList<DesiredConnector> files, string? name, Settings settings, Core.Mapping.Mapping mapping)
    {
        if (name is not null) return files.FirstOrDefault(f => f.Name == name) ?? throw new UserErrorException($"no connector {name}", $"there are {string.Join(", ", files.Select(f => f.Name))}", ExitCode.Usage);
        var fitting = files.Where(f => settings.Kafka.TopicPrefix.Length > 0 ? f.Option("topic.prefix") == settings.Kafka.TopicPrefix : Captures(f, mapping)).ToList();
        return fitting switch
        {
            [var one] => one,
            [] => files.Count == 1 ? files[0] : null,
            _ => throw new UserErrorException($"several connectors could be meant: {string.Join(", ", fitting.Select(f => f.Name))}", "name one", ExitCode.Usage),
        };
    }

    private static bool Captures(DesiredConnector connector, Core.Mapping.Mapping mapping) => new CapturedNames(connector) is var names && mapping.Resources.Any(m => m.From.Table is { } table && names.Captures(table));

    /// <summary>Only the generated options change; what else the file holds stays as it is, in its order.</summary>
    private static async Task WriteAsync(DesiredConnector connector, IReadOnlyDictionary<string, string> generated, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(connector.File, ConnectorText.With(await File.ReadAllTextAsync(connector.File, cancellationToken), generated), cancellationToken);
        Console.WriteLine($"written to {connector.File}");
    }
}
