using System.Text.Json;
using CdcStripeSync.Connect.Status;
using CdcStripeSync.Connect.Tests.Double;

namespace CdcStripeSync.Connect.Tests.Status;

public sealed class RootCauseTests
{
    [Theory]
    [InlineData("status failed", "Publication autocreation is disabled, please create one and restart the connector.", "connectors restart --failed")]
    [InlineData("status slot taken", "ERROR: replication slot \"rest\" is active for PID 12987", "its own slot.name")]
    public void RecordedFailure_ItsTrace_IsOneLineAndAnAdvice(string note, string cause, string advice)
    {
        var found = RootCause.Of(Trace(Transcript.Rest.Single(e => e.Note == note).Response!));
        Assert.Equal(cause, found);
        Assert.Contains(advice, Advice.For(found), StringComparison.Ordinal);
    }

    [Fact]
    public void LostSlot_ItsTrace_NamesThePositionAndTheWayBack()
    {
        var found = RootCause.Of(Trace(File.ReadAllText(Transcript.File("slot-lost-status.json"))));
        Assert.StartsWith("The connector is trying to read change stream starting at", found, StringComparison.Ordinal);
        Assert.EndsWith("Reconfigure the connector to use a snapshot mode when needed.", found, StringComparison.Ordinal);
        Assert.True(found.Length <= 400, found);
        Assert.Contains("offsets reset", Advice.For(found), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("java.lang.NullPointerException\n\tat a.B.c(B.java:1)\n", "NullPointerException")]
    [InlineData("a.b.C: first\n\tat x\nCaused by: a.b.D: line one\nline two\n\tat y\n\t... 3 more\n", "line one line two")]
    [InlineData("plain words: kept", "plain words: kept")]
    public void Trace_OfAnyShape_GivesTheInnermostMessage(string trace, string cause) => Assert.Equal(cause, RootCause.Of(trace));

    [Theory]
    [InlineData("""{"last_snapshot_record": true, "lsn": 177530696, "txId": 4711, "snapshot": "INITIAL", "snapshot_completed": true}""", "0/A94E748", false)]
    [InlineData("""{"lsn": 4886718345, "snapshot": "INITIAL", "snapshot_completed": false}""", "1/23456789", true)]
    [InlineData("""{"file": "mysql-bin.000003", "pos": 1542, "gtids": "0-1-42", "row": 1}""", "gtid 0-1-42, mysql-bin.000003:1542", false)]
    [InlineData("""{"other": 1}""", """{"other": 1}""", false)]
    public void Offset_OfEachDatabase_IsInItsWords(string json, string text, bool snapshot)
    {
        var offset = SourceOffset.Read(json)!;
        Assert.Equal((text, snapshot), (offset.Text, offset.Snapshot));
    }

    private static string Trace(string status)
    {
        using var json = JsonDocument.Parse(status);
        return json.RootElement.GetProperty("tasks")[0].GetProperty("trace").GetString()!;
    }
}
