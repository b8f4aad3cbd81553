using System.Text.Json.Nodes;
using CdcStripeSync.CrashTest.History;
using CdcStripeSync.CrashTest.Model;
using CdcStripeSync.CrashTest.Running;

namespace CdcStripeSync.CrashTest.Checks;

/// <summary>Taken while no instance lives: every record before a committed offset has had its effect, or its row is kept as waiting, or it is a dead letter.
/// A row that waited and was on its way to another key is not looked at: the record of that move is still to be read again.</summary>
internal sealed class OffsetCheck(ShopModel model, IReadOnlyList<FedRecord> fed)
{
    /// <param name="committed">Kafka's committed offset by topic and partition.</param>
    /// <param name="kept">What the store keeps: waiting rows by key text, dead letters by topic, partition and offset.</param>
    public BrokenException? Broken(
        IReadOnlyDictionary<(string Topic, int Partition), long> committed, StoredFacts kept, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> objects)
    {
        var behind = committed.Where(c => kept.Next.GetValueOrDefault(c.Key) < c.Value).Select(c => $"{c.Key}: Kafka {c.Value}, store {kept.Next.GetValueOrDefault(c.Key)}").ToList();
        if (behind.Count > 0) return new BrokenException("committed before stored", string.Join("; ", behind));
        var passed = fed.Where(f => f.Offset < committed.GetValueOrDefault((f.Topic, f.Partition), -1)).ToList();
        if (passed.Find(f => f.Change.Op == RowOp.Poison && !kept.Letters.Contains((f.Topic, f.Partition, f.Offset))) is { } lost)
            return new BrokenException("an unreadable record is lost", $"{lost.Topic}/{lost.Partition}/{lost.Offset}");
        var moves = fed.Except(passed).Where(f => f.Change.Op is RowOp.MovedHere).ToLookup(f => model.Line(ShopModel.KeyText(f.Change.Table, f.Change.Key)));
        var byLine = ShopDatabase.Tables.SelectMany(c => objects[c]).ToLookup(o => o["metadata"]?["cdc_key"]?.ToString() is { } key ? model.Line(key) : null);
        foreach (var line in passed.Where(f => f.Change.Op is not (RowOp.Poison or RowOp.Tombstone or RowOp.MovedAway))
            .GroupBy(f => model.Line(ShopModel.KeyText(f.Change.Table, f.Change.Key))!))
        {
            var number = line.Max(f => f.Change.Number);
            if (moves[line.Key].Any(m => m.Change.Number > number)) continue;
            var first = line.Key.Versions.FindIndex(v => v.Number == number);
            if (line.Key.Keys.Exists(kept.Waiting.Contains) || line.Key.Versions.Skip(first).Any(v => Shows(line.Key, v, [.. byLine[line.Key]]))) continue;
            return new BrokenException("offset passed an unsettled record", $"{line.Key} #{number}: Stripe shows no version from it on ({string.Join(' ', byLine[line.Key].Select(o => o.ToJsonString()))})");
        }

        return null;
    }

    private static bool Shows(RowLine line, RowVersion version, List<JsonObject> objects)
    {
        if (!version.IsSold) return line.Table == "customers" || !objects.Exists(o => o["active"]?.GetValue<bool>() == true);
        return objects.Count > 0 && version.Words.All(w => w.Key is "lookup_key" || StripeWords.Shown(objects[^1], w.Key) == w.Value);
    }
}
