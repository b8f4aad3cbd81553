using System.IO.Compression;
using System.Text.Json.Nodes;
using CdcStripeSync.Debezium.Recordings;

namespace CdcStripeSync.Debezium.Tests.Recordings;

public sealed class RecordingVerifierTests
{
    public static TheoryData<string> Names() => [.. Fixtures.Recordings];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Recording_AsItIs_IsEqualInEveryRecord(string name)
    {
        var verified = await new RecordingVerifier(Recording.Open(Fixtures.Folder(name))).VerifyAsync(CancellationToken.None);
        Assert.True(verified.IsFine, string.Join('\n', verified.Findings));
        Assert.Equal(verified.Records, verified.Equal);
        Assert.True(verified.Records > 0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Recording_WithOneByteFlipped_IsNotFine(string name)
    {
        var random = new Random(11);
        var folder = Directory.CreateTempSubdirectory("flipped-");
        try
        {
            File.Copy(Path.Combine(Fixtures.Folder(name), "schemas.json"), Path.Combine(folder.FullName, "schemas.json"));
            var lines = Lines(name).Take(60).ToList();
            for (var round = 0; round < 6; round++)
            {
                var line = random.Next(lines.Count);
                var part = round % 3 == 0 ? "key" : "value";
                if (Flipped(lines[line], part, random) is not { } flipped) continue;
                await File.WriteAllLinesAsync(Path.Combine(folder.FullName, "records.jsonl"), lines.Select((l, i) => i == line ? flipped : l));
                var verified = await new RecordingVerifier(Recording.Open(folder.FullName)).VerifyAsync(CancellationToken.None);
                Assert.Equal(1, verified.Different + verified.Errors);
                Assert.Equal(lines.Count, verified.Records);
                Assert.Single(verified.Findings);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Recording_WithoutAnOracle_IsDecodedOnly()
    {
        var folder = Directory.CreateTempSubdirectory("bytes-only-");
        try
        {
            File.Copy(Path.Combine(Fixtures.Folder("shop-resnapshot"), "schemas.json"), Path.Combine(folder.FullName, "schemas.json"));
            var bare = Lines("shop-resnapshot").Select(l =>
            {
                var json = JsonNode.Parse(l)!.AsObject();
                json.Remove("keyJson");
                json.Remove("valueJson");
                return json.ToJsonString();
            });
            await File.WriteAllLinesAsync(Path.Combine(folder.FullName, "records.jsonl"), bare);
            var verified = await new RecordingVerifier(Recording.Open(folder.FullName)).VerifyAsync(CancellationToken.None);
            Assert.Equal((24, 0, 0, 0, 24), (verified.Records, verified.Equal, verified.Different, verified.Errors, verified.WithoutOracle));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("""{"type":"record","name":"Row","fields":[{"name":"n","type":"double"}]}""", "AAAAAAEAAAAAAADwPw==", """{"n":1.0}""", 1)]
    [InlineData("\"string\"", "AAAAAAEEYWI=", "\"ab\"", 1)]
    [InlineData("\"string\"", "AAAAAAEEYWI=", "\"ac\"", 0)]
    [InlineData("""{"type":"record","name":"Row","fields":[{"name":"n","type":"double"}]}""", "AAAAAAEBAAAAAAAAAA==", """{"n":4.9E-324}""", 1)]
    [InlineData("""{"type":"record","name":"Row","fields":[{"name":"n","type":"double"}]}""", "AAAAAAEBAAAAAAAAAA==", """{"n":4.9E-323}""", 0)]
    public async Task Value_ThatIsNoRowOfATable_IsComparedAllTheSame(string schema, string value, string oracle, int equal)
    {
        var folder = Directory.CreateTempSubdirectory("no-row-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "schemas.json"), $$"""{"schemas":{"1":{{schema}} } }""");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "records.jsonl"), $$"""{"topic":"numbers","partition":0,"offset":0,"key":null,"value":"{{value}}","valueJson":{{oracle}} }""");
            var verified = await new RecordingVerifier(Recording.Open(folder.FullName)).VerifyAsync(CancellationToken.None);
            Assert.Equal((1, equal, 1 - equal, 0), (verified.Records, verified.Equal, verified.Different, verified.Errors));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static List<string> Lines(string name)
    {
        var plain = Path.Combine(Fixtures.Folder(name), "records.jsonl");
        if (File.Exists(plain)) return [.. File.ReadAllLines(plain)];
        using var text = new StreamReader(new GZipStream(File.OpenRead(plain + ".gz"), CompressionMode.Decompress));
        return [.. text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static string? Flipped(string line, string part, Random random)
    {
        var json = JsonNode.Parse(line)!;
        if (json[part] is null) return null;
        var bytes = Convert.FromBase64String(json[part]!.ToString());
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        json[part] = Convert.ToBase64String(bytes);
        return json.ToJsonString();
    }
}
