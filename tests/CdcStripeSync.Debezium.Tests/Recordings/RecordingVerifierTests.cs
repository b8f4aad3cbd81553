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
    [InlineData("""{"type":"record","name":"Row","fields":[{"name":"n","type":"double"}]}""", "AAAAAAEAAAAQ0BJzQQ==", """{"n":20000000.0}""", 0)]
    [InlineData("""{"type":"record","name":"Row","fields":[{"name":"n","type":"double"}]}""", "AAAAAAEAAAAAAADwPw==", """{"n":1.00000001}""", 0)]
    [InlineData("""{"type":"record","name":"Row","fields":[{"name":"n","type":"double"}]}""", "AAAAAAEAAAAAAAAAgA==", """{"n":0.0}""", 0)]
    [InlineData("""{"type":"record","name":"Row","fields":[{"name":"n","type":"double"}]}""", "AAAAAAEAAAAAAAAAAA==", """{"n":-0.0}""", 0)]
    [InlineData("""{"type":"record","name":"Row","fields":[{"name":"n","type":"double"}]}""", "AAAAAAEAAAAAAAAAgA==", """{"n":-0.0}""", 1)]
    [InlineData("""{"type":"record","name":"Row","fields":[{"name":"n","type":"float"}]}""", "AAAAAAEAAIAA", """{"n":1.17549435E-38}""", 1)]
    [InlineData("""{"type":"record","name":"Row","fields":[{"name":"n","type":["null","float"]}]}""", "AAAAAAECAACAAA==", """{"n":{"float":1.17549435E-38}}""", 1)]
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

    [Theory]
    [InlineData("""{"value":"eyJzY2hlbWEiOnsidHlwZSI6InN0cmluZyIsIm9wdGlvbmFsIjp0cnVlfSwicGF5bG9hZCI6ImFuIG9yZGVyIn0=","valueText":"{\"schema\":{\"type\":\"string\",\"optional\":true},\"payload\":\"an order\"}"}""")]
    [InlineData("""{"value":"eyJpZCI6Im5hbWU6cDtsc246MiIsInNvdXJjZSI6Ii9kZWJleml1bS9wb3N0Z3Jlc3FsL3AiLCJzcGVjdmVyc2lvbiI6IjEuMCIsInR5cGUiOiJpby5kZWJleml1bS5jb25uZWN0b3IucG9zdGdyZXNxbC5EYXRhQ2hhbmdlRXZlbnQiLCJpb2RlYmV6aXVtb3AiOiJjIiwiZGF0YSI6eyJhZnRlciI6eyJpZCI6MX19fQ==","valueText":"{\"id\":\"name:p;lsn:2\",\"source\":\"/debezium/postgresql/p\",\"specversion\":\"1.0\",\"type\":\"io.debezium.connector.postgresql.DataChangeEvent\",\"iodebeziumop\":\"c\",\"data\":{\"after\":{\"id\":1}}}"}""")]
    [InlineData("""{"value":"eyJiZWZvcmUiOm51bGwsImFmdGVyIjpudWxsLCJzb3VyY2UiOnsiY29ubmVjdG9yIjoibW9uZ29kYiIsImRiIjoic2hvcCIsImNvbGxlY3Rpb24iOiJjdXN0b21lcnMifSwib3AiOiJ1In0=","valueText":"{\"before\":null,\"after\":null,\"source\":{\"connector\":\"mongodb\",\"db\":\"shop\",\"collection\":\"customers\"},\"op\":\"u\"}"}""")]
    [InlineData("""{"key":"AAAAAAAAACg=","value":"AAAAAAEC","valueJson":{"id":1}}""")]
    [InlineData("""{"key":"AAAAKA==","value":"AAAAAAEC","valueJson":{"id":1}}""")]
    [InlineData("""{"key":"AABOIAABAgM=","value":"AAAAAAEC","valueJson":{"id":1}}""")]
    public async Task Record_WhoseOracleAgrees_IsEqualWhateverItMeans(string parts)
    {
        var line = new JsonObject([.. JsonNode.Parse("""{"topic":"a.b.c","partition":0,"offset":0}""")!.AsObject().Concat(JsonNode.Parse(parts)!.AsObject()).Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone()))]);
        Assert.Equal((1, 1, 0, 0), Counts(await VerifyAsync([line.ToJsonString()])));
    }

    [Theory]
    [InlineData("NQ==", "\"keyText\":\"5\"", 2)]
    [InlineData("AAAAAAAAAAU=", "\"keyJson\":\"\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0005\"", 2)]
    [InlineData("NQ==", "\"keySchemaId\":null", 1)]
    public async Task Tombstone_WhoseKeyIsAValueAlone_IsEqualToWhatTheOracleSaysOfItsKey(string key, string oracle, int equal)
    {
        var row = $$"""{"topic":"a.b.c","partition":0,"offset":0,"key":"{{key}}",{{oracle}},"value":"AAAAAAEC","valueJson":{"id":1} }""";
        var tombstone = $$"""{"topic":"a.b.c","partition":0,"offset":1,"key":"{{key}}",{{oracle}},"value":null}""";
        Assert.Equal((2, equal, 0, 2 - equal), Counts(await VerifyAsync([row, tombstone])));
    }

    [Fact]
    public async Task Record_ThatMakesNoChange_IsAnErrorWithoutAnOracle()
    {
        var value = Convert.ToBase64String("""{"op":"u","source":{"table":"t"},"after":null}"""u8);
        Assert.Equal((1, 0, 0, 1), Counts(await VerifyAsync([$$"""{"topic":"a.b.c","partition":0,"offset":0,"value":"{{value}}" }"""])));
    }

    /// <summary>Schemas of keys are alike: the bytes behind another's id make the same key.</summary>
    [Fact]
    public async Task Key_WithAnyBitOfItsSchemasIdFlipped_IsNotFine()
    {
        var flipped = Lines("shop-default-identity").Where(l => JsonNode.Parse(l)!["keySchemaId"] is not null).SelectMany(line => Enumerable.Range(8, 32).Select(bit =>
        {
            var json = JsonNode.Parse(line)!;
            var key = Convert.FromBase64String(json["key"]!.ToString());
            key[bit / 8] ^= (byte)(1 << (bit % 8));
            json["key"] = Convert.ToBase64String(key);
            return json.ToJsonString();
        })).ToList();
        var verified = await VerifyAsync(flipped, await File.ReadAllTextAsync(Path.Combine(Fixtures.Folder("shop-default-identity"), "schemas.json")));
        Assert.True(flipped.Count > 1_000);
        Assert.Equal((flipped.Count, 0), (verified.Records, verified.Equal));
    }

    private static (int Records, int Equal, int Different, int Errors) Counts(VerifiedRecording verified) => (verified.Records, verified.Equal, verified.Different, verified.Errors);

    private static async Task<VerifiedRecording> VerifyAsync(
        IReadOnlyList<string> lines, string schemas = """{"schemas":{"1":{"type":"record","name":"Value","fields":[{"name":"id","type":"int"}]}}}""")
    {
        var folder = Directory.CreateTempSubdirectory("lines-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "schemas.json"), schemas);
            await File.WriteAllLinesAsync(Path.Combine(folder.FullName, "records.jsonl"), lines);
            return await new RecordingVerifier(Recording.Open(folder.FullName)).VerifyAsync(CancellationToken.None);
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
