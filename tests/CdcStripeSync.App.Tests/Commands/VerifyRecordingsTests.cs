using System.IO.Compression;
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
            foreach (var name in new[] { "shop-resnapshot", "shop-new-server" }) Copy(name, folder);
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
    public async Task Recordings_SomeOfThemCannotBeRead_AreErrorsAndTheOthersHaveTheirLines()
    {
        var folder = Directory.CreateTempSubdirectory("recordings-");
        try
        {
            foreach (var name in new[] { "shop-default-identity", "shop-full-identity", "shop-new-server", "shop-resnapshot" }) Copy(name, folder);
            var cut = Path.Combine(folder.FullName, "shop-default-identity", "records.jsonl");
            var lines = await File.ReadAllLinesAsync(cut);
            lines[2] = lines[2][..20];
            await File.WriteAllLinesAsync(cut, lines);
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "shop-full-identity", "records.jsonl.gz"), await CutGzipAsync(Path.Combine(folder.FullName, "shop-full-identity", "records.jsonl")));
            File.Delete(Path.Combine(folder.FullName, "shop-full-identity", "records.jsonl"));
            File.Delete(Path.Combine(folder.FullName, "shop-new-server", "schemas.json"));
            using var output = new StringWriter();
            Assert.Equal(ExitCode.Differs, await VerifyRecordingsCommand.RunAsync([folder.FullName], output, CancellationToken.None));
            Assert.Matches(@"shop-default-identity +3 +2 +0 +1\n +the recording is damaged, and the rest was not read: .*records.jsonl line 3 is no record", output.ToString());
            Assert.Matches(@"shop-full-identity +\d+ +\d+ +0 +1\n +the recording is damaged, and the rest was not read: .*records.jsonl.gz", output.ToString());
            Assert.Matches(@"shop-new-server +0 +0 +0 +1\n .*holds no schemas.json", output.ToString());
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

    private static void Copy(string name, DirectoryInfo folder)
    {
        var copy = folder.CreateSubdirectory(name);
        foreach (var file in Directory.GetFiles(Path.Combine(Root(), VerifyRecordingsCommand.Default, name))) File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)));
    }

    private static async Task<byte[]> CutGzipAsync(string file)
    {
        using var whole = new MemoryStream();
        await using (var gzip = new GZipStream(whole, CompressionLevel.Fastest, leaveOpen: true)) await gzip.WriteAsync(await File.ReadAllBytesAsync(file));
        return whole.ToArray()[..^100];
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
