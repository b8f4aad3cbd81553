using System.Text.Json;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests;

/// <summary>Every recording's bytes against what Apache Avro's Java reader made of them.</summary>
public sealed class RecordingOracleTests
{
    public static TheoryData<string> Recordings() => [.. Fixtures.Recordings];

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Recording_EveryRecord_DecodesAsTheOracleSays(string name)
    {
        var recording = Recording.Open(Fixtures.Folder(name));
        var decoder = new RecordingDecoder(recording);
        var compared = 0;
        foreach (var recorded in recording.Records())
        {
            using var line = JsonDocument.Parse(await decoder.LineAsync(recorded.Record, CancellationToken.None));
            Assert.False(line.RootElement.TryGetProperty("error", out var error), $"{recorded.Record.Origin}: {error}");
            compared += AssertEqual(recorded, "key", recorded.KeyJson, recorded.KeyText, line.RootElement) + AssertEqual(recorded, "value", recorded.ValueJson, recorded.ValueText, line.RootElement);
        }

        Assert.True(compared > 0);
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Recording_EveryRecord_IsAChangeOrKnownToBeNone(string name)
    {
        var recording = Recording.Open(Fixtures.Folder(name));
        var decoder = new DebeziumDecoder(recording, new DecoderOptions());
        foreach (var recorded in recording.Records())
        {
            var decoded = await decoder.DecodeAsync(recorded.Record, CancellationToken.None);
            Assert.False(decoded is DecodedRecord.Unreadable, $"{recorded.Record.Origin}: {decoded}");
            if (decoded is DecodedRecord.Change { Event: var change }) Assert.NotEqual("", change.Table.Name);
        }
    }

    private static int AssertEqual(RecordedRecord recorded, string part, JsonElement? oracle, string? text, JsonElement line)
    {
        var mine = line.GetProperty(part);
        if (text is not null)
        {
            using var expected = JsonDocument.Parse(text.StartsWith('{') ? text : JsonSerializer.Serialize(text));
            Assert.True(JsonElement.DeepEquals(expected.RootElement, mine), $"{recorded.Record.Origin} {part}");
            return 1;
        }

        if (oracle is not { } json) return 0;
        Assert.True(JsonElement.DeepEquals(json, mine), $"{recorded.Record.Origin} {part}:\n expected {json}\n decoded  {mine}");
        return 1;
    }
}
