using CdcStripeSync.App.Commands;

namespace CdcStripeSync.App.Tests.Commands;

public sealed class VerifyRecordingsTests
{
    [Fact]
    public async Task Recordings_AllEqual_ExitFine()
    {
        using var output = new StringWriter();
        Assert.Equal(ExitCode.Fine, await VerifyRecordingsCommand.RunAsync([Path.Combine(Root(), VerifyRecordingsCommand.Default, "types-nanoseconds")], output, CancellationToken.None));
        Assert.Matches(@"types-nanoseconds +21 +21 +0 +0", output.ToString());
    }

    [Fact]
    public async Task Recordings_OneOfThemDamaged_IsNamedAndExitDiffers()
    {
        var folder = Directory.CreateTempSubdirectory("recordings-");
        try
        {
            foreach (var name in new[] { "shop-resnapshot", "shop-new-server" })
            {
                var copy = folder.CreateSubdirectory(name);
                foreach (var file in Directory.GetFiles(Path.Combine(Root(), VerifyRecordingsCommand.Default, name))) File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)));
            }

            var records = Path.Combine(folder.FullName, "shop-new-server", "records.jsonl");
            var text = await File.ReadAllTextAsync(records);
            const string Value = "\"value\": \"AAAA";
            var spaced = text.Contains(Value, StringComparison.Ordinal) ? Value : Value.Replace(" ", "", StringComparison.Ordinal);
            var at = text.IndexOf(spaced, StringComparison.Ordinal) + spaced.Length + 40;
            await File.WriteAllTextAsync(records, text[..at] + (text[at] == 'A' ? 'B' : 'A') + text[(at + 1)..]);
            using var output = new StringWriter();
            Assert.Equal(ExitCode.Differs, await VerifyRecordingsCommand.RunAsync([folder.FullName], output, CancellationToken.None));
            Assert.Matches(@"shop-new-server +24 +23 +[01] +[01]", output.ToString());
            Assert.Matches(@"shop-resnapshot +24 +24 +0 +0", output.ToString());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Folder_OfNoRecording_IsAUsageError()
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() => VerifyRecordingsCommand.RunAsync([Path.Combine(Root(), "docs")], TextWriter.Null, CancellationToken.None));
        Assert.Equal(ExitCode.Usage, error.ExitCode);
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CdcStripeSync.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"no CdcStripeSync.sln above {AppContext.BaseDirectory}");
    }
}
