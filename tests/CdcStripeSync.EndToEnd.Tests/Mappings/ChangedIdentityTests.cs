using CdcStripeSync.EndToEnd.Tests.House;
using CdcStripeSync.EndToEnd.Tests.Stack;

namespace CdcStripeSync.EndToEnd.Tests.Mappings;

/// <summary>Rows are linked under their mapping's key and id: another would give each a second object.</summary>
public sealed class ChangedIdentityTests
{
    [Fact]
    public async Task Run_WithAnotherStripeIdThanTheRowsAreLinkedBy_IsRefusedUntilItIsPutBack()
    {
        var folder = Directory.CreateTempSubdirectory("cdc-stripe-identity-");
        File.SetUnixFileMode(folder.FullName, File.GetUnixFileMode(folder.FullName) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        try
        {
            var good = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "samples", "shop", "mapping.yaml"));
            var mapping = Path.Combine(folder.FullName, "mapping.yaml");
            await File.WriteAllTextAsync(mapping, good);
            await RunOnceAsync(folder, "shop_1");

            await File.WriteAllTextAsync(mapping, good.Replace("\"shop_{id}\"", "\"other_{id}\"", StringComparison.Ordinal));
            var (code, _, error) = await CliProcess.RunAsync(folder.FullName, "run", "--dev", "--data", "data", "--mapping", "mapping.yaml");

            Assert.Equal(2, code);
            Assert.Contains("product says stripe_id: 'other_{id}', but its rows in the state store are linked by 'shop_{id}'", error, StringComparison.Ordinal);
            await File.WriteAllTextAsync(mapping, good);
            await RunOnceAsync(folder, "");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunOnceAsync(DirectoryInfo folder, string told)
    {
        await using var run = CliProcess.Start(folder.FullName, "run", "--dev", "--data", "data", "--mapping", "mapping.yaml");
        await run.UntilAsync($"it runs and tells of '{told}'", () => Task.FromResult(run.Output.Contains("Ctrl-C stops", StringComparison.Ordinal) && run.Error.Contains(told, StringComparison.Ordinal)));
        Assert.Equal(0, await run.InterruptAsync());
    }
}
