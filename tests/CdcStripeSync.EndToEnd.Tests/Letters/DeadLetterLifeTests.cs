using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CdcStripeSync.EndToEnd.Tests.House;
using CdcStripeSync.EndToEnd.Tests.Stack;
using Npgsql;

namespace CdcStripeSync.EndToEnd.Tests.Letters;

/// <summary>The life of dead letters, by the real program on its DevStack: a resource keyed by a column that a delete does not carry makes two of them, while the table's
/// other resource has its deletes at once. With the mapping mended both are tried again, find newer state of their rows, and do nothing.</summary>
public sealed partial class DeadLetterLifeTests
{
    private const string Mistake = """
        resources:
          coupon:
            from: public.products
            key: [sku]
            exists_when: { unit_label: voucher }
            fields: { name: { column: name }, percent_off: { constant: 10 }, duration: { constant: once } }

        """;

    [Fact]
    public async Task LettersOfAMistakenMapping_MappingMendedAndRetried_AreOvertakenByWhatWasDelivered()
    {
        var folder = Directory.CreateTempSubdirectory("cdc-stripe-letters-");
        File.SetUnixFileMode(folder.FullName, File.GetUnixFileMode(folder.FullName) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        try
        {
            var good = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "samples", "shop", "mapping.yaml"));
            var mapping = Path.Combine(folder.FullName, "mapping.yaml");
            await File.WriteAllTextAsync(mapping, good.Replace("resources:\n", Mistake, StringComparison.Ordinal));
            await using (var run = await StartAsync(folder))
            {
                await run.UntilAsync("the products are in Stripe", async () => (await ProductAsync(run, "shop_1"))?["active"]?.GetValue<bool>() == true && await ProductAsync(run, "shop_2") is not null);
                await ExecuteAsync(run, "DELETE FROM products WHERE id = 1");
                await ExecuteAsync(run, "DELETE FROM products WHERE id = 2");
                await ExecuteAsync(run, "INSERT INTO products (id, sku, name, status) VALUES (2, 'SUB-PRO', 'Pro plan, again', 'active')");
                await run.UntilAsync("both deletes are dead letters", async () => (await LettersAsync(folder)).Count == 2);
                await run.UntilAsync("the row that came back shows", async () => (await ProductAsync(run, "shop_2"))!["name"]!.ToString() == "Pro plan, again");
                await run.UntilAsync("the product, which the record can tell of, is archived", async () => !(await ProductAsync(run, "shop_1"))!["active"]!.GetValue<bool>());
                var id = (await LettersAsync(folder)).Min(l => (long)l["id"]!);
                var (shown, explanation, _) = await LetterCommandAsync(folder, "show", id.ToString(CultureInfo.InvariantCulture));
                Assert.Equal(0, shown);
                Assert.Contains("the key columns sku of coupon are not in this Delete event of public.products", explanation, StringComparison.Ordinal);
                Assert.Contains("REPLICA IDENTITY FULL", explanation, StringComparison.Ordinal);
                Assert.Equal(0, await run.InterruptAsync());
            }

            await File.WriteAllTextAsync(mapping, good);
            await using var second = await StartAsync(folder);
            Assert.Equal(0, (await LetterCommandAsync(folder, "retry", "--all")).Code);
            await second.UntilAsync("both are closed", async () => (await LettersAsync(folder, "--closed")).All(l => l["state"]!.ToString() == "closed"));
            Assert.Equal(["overtaken: newer state of its row stands", "overtaken: newer state of its row stands"], (await LettersAsync(folder, "--closed")).Select(l => l["outcome"]!.ToString()).Order(StringComparer.Ordinal));
            Assert.False((await ProductAsync(second, "shop_1"))!["active"]!.GetValue<bool>());
            var again = (await ProductAsync(second, "shop_2"))!;
            Assert.Equal(("Pro plan, again", true), (again["name"]!.ToString(), again["active"]!.GetValue<bool>()));
            Assert.Equal(0, await second.InterruptAsync());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<CliProcess> StartAsync(DirectoryInfo folder)
    {
        var run = CliProcess.Start(folder.FullName, "run", "--dev", "--data", "data", "--mapping", "mapping.yaml");
        await run.UntilAsync("it says where everything is", () => Task.FromResult(run.Output.Contains("Ctrl-C stops", StringComparison.Ordinal)));
        return run;
    }

    private static Task<(int Code, string Output, string Error)> LetterCommandAsync(DirectoryInfo folder, params IEnumerable<string> arguments) =>
        CliProcess.RunAsync(folder.FullName, ["dlq", .. arguments, "--config", Path.Combine("data", "cdc-stripe.json")]);

    private static async Task<IReadOnlyList<JsonNode>> LettersAsync(DirectoryInfo folder, params IEnumerable<string> more)
    {
        var (code, output, error) = await LetterCommandAsync(folder, ["list", "--json", .. more]);
        Assert.True(code == 0, error);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!)];
    }

    private static async Task ExecuteAsync(CliProcess run, string statement)
    {
        await using var source = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={Port().Match(run.Output).Groups[1].Value};Username=postgres;Database=shop");
        await using var command = source.CreateCommand(statement);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<JsonNode?> ProductAsync(CliProcess run, string id)
    {
        using var http = new HttpClient { BaseAddress = new Uri(Stripe().Match(run.Output).Groups[1].Value) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "sk_test_reader");
        using var answer = await http.GetAsync(new Uri($"v1/products/{id}", UriKind.Relative));
        return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync()) : null;
    }

    [GeneratedRegex("host=127.0.0.1 port=([0-9]+)")]
    private static partial Regex Port();

    [GeneratedRegex("stripe +(http://[^ ]+)")]
    private static partial Regex Stripe();
}
