using System.CommandLine;
using CdcStripeSync.App.Checks;
using CdcStripeSync.App.Configuration;

namespace CdcStripeSync.App.Commands;

internal static class CheckCommand
{
    public static Command Create()
    {
        var fixSql = new Option<bool>("--fix-sql") { Description = "Look at the product database only, and print the SQL that mends it: review it, then psql -f." };
        var command = new Command("check", "Look at configuration, mapping, state store, Stripe key, registry, topics and product database; each finding with what mends it.") { fixSql };
        var settings = SettingsOptions.On(command);
        command.Runs(async (parsed, cancellationToken) =>
        {
            var read = settings.ReadValid(parsed);
            if (parsed.GetValue(fixSql) && string.IsNullOrWhiteSpace(read.Source.ConnectionString)) throw new SettingsException(["source.connectionString: missing; --fix-sql looks at that database"]);
            if (parsed.GetValue(fixSql)) return await FixAsync(new StackCheck(read, MappingLoader.Load(read)), cancellationToken);
            var wrong = 0;
            await foreach (var finding in new StackCheck(read, MappingLoader.Load(read)).RunAsync(cancellationToken))
            {
                Console.WriteLine($"{(finding.Ok ? "ok   " : "WRONG")} {finding.What}");
                if (finding.Ok) continue;
                wrong++;
                if (finding.Why.Length > 0) Console.WriteLine($"      why:  {finding.Why}");
                Console.WriteLine($"      mend: {finding.Mend}");
            }

            return wrong == 0 ? ExitCode.Fine : ExitCode.Differs;
        });
        return command;
    }

    /// <summary>Only SQL and comments, so that the output is a script; what needs a decision stands in it as a comment.</summary>
    private static async Task<int> FixAsync(StackCheck check, CancellationToken cancellationToken)
    {
        var written = new HashSet<string>(StringComparer.Ordinal);
        var wrong = 0;
        await foreach (var finding in check.SourceAsync(cancellationToken))
        {
            if (finding.Ok) continue;
            wrong++;
            Console.WriteLine($"-- {Comment($"{finding.What}: {finding.Why}")}");
            Console.WriteLine(finding.Sql.Length > 0 ? written.Add(finding.Sql) ? finding.Sql : "-- (as above)" : $"-- to decide: {Comment(finding.Mend)}");
        }

        if (wrong == 0) Console.WriteLine("-- nothing to mend");
        return wrong == 0 ? ExitCode.Fine : ExitCode.Differs;
    }

    /// <summary>A name may hold a line break, and what follows it would be run.</summary>
    private static string Comment(string text) => text.ReplaceLineEndings(" ");
}
