using System.Collections.Immutable;
using System.Text;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Postgres.Tests.Store;

/// <summary>States with something in every member.</summary>
internal static class Sample
{
    public static readonly TableId Prices = new("public", "prices");
    public static readonly DateTimeOffset Time = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);

    public static EntityKey Price(string key) => new("price", Prices, key);

    public static StreamPosition At(ulong lsn) => new(1, SourcePosition.OfLsn(lsn), new Instant(1_790_000_000, 123_456_789));

    public static EntityState Small(string key) => new() { Key = Price(key), RowExists = true, Row = Row.Of(("id", ColumnValue.Of(key))) };

    public static EntityState Full(string key) => new()
    {
        Key = Price(key),
        Generation = 3,
        Phase = EntityPhase.Linked,
        Row = EveryKind(),
        RowExists = true,
        Streamed = At(0x2B_005F3A10),
        Snapshot = new StreamPosition(2, default, null),
        StripeId = "price_" + key,
        ParentStripeId = "prod_1",
        Base = ImmutableSortedDictionary<string, BaseField>.Empty
            .Add("unit_amount", new BaseField(FieldValue.Of(ExactDecimal.Parse("123456789012345678901234567890.5")), SourcePosition.OfLsn(7), "req_1"))
            .Add("metadata.note", new BaseField(FieldValue.Of("a\0b \uE000 \\u0000 \"quoted\" ü 😀"), default, null))
            .Add("nickname", new BaseField(FieldValue.Nothing, new SourcePosition(PositionKind.Binlog, 12, 4567, 2, "server-1"), "req_2"))
            .Add("images", new BaseField(new FieldValue.List([FieldValue.Of("x"), FieldValue.Of(true)]), SourcePosition.OfLsn(8), null)),
        ArchivedByUs = true,
        Intent = new Intent("in_1", 3, 2, "/v1/prices", "currency=usd&unit_amount=1200&nickname=%00", "2026-07-29.dahlia", "key-1", Time.AddTicks(1), """{"kind":"create"}""") { Position = SourcePosition.OfLsn(77), StoredAt = Time, HeldAt = Time.AddSeconds(30) },
        Succession = new Succession("price_old", false),
        Predecessors = ["price_a", "price,b", "price\"c"],
        FirstImage = Row.Of(("amount", ColumnValue.Of(12))),
        RenamedTo = "price:public.prices/43",
        RenamedAt = At(0x2A_005F3A10) with { Since = new Instant(5, 6) },
        MappingFingerprint = "f00",
    };

    public static Row EveryKind() => Row.Of(
        ("missing", ColumnValue.Unavailable), ("none", ColumnValue.Null), ("yes", ColumnValue.Of(true)), ("int", ColumnValue.Of(long.MinValue)),
        ("dec", ColumnValue.Of(ExactDecimal.Parse("-0.000000000000000000001"))), ("dbl", ColumnValue.Of(0.1)), ("nan", ColumnValue.Of(double.NaN)),
        ("text", ColumnValue.Of("nul \0 mark \uE000 \uE0000 lone")), ("json", ColumnValue.Json("""{"a":[1,null,"\u0000"]}""")),
        ("bytes", ColumnValue.Of(new byte[] { 0, 255 })), ("date", ColumnValue.Date(-800_000)), ("time", ColumnValue.Time(86_399_999_999_999)),
        ("stamp", ColumnValue.Of(Instant.PositiveInfinity)), ("arr", ColumnValue.Of([ColumnValue.Of("a"), ColumnValue.Null])),
        ("map", ColumnValue.Of(ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("k", (string?)null)]))));

    public static ParkedRow Parked(string key, ParkReason reason = ParkReason.Breadth, string waitsFor = "", int minute = 0) =>
        new(Price(key), reason, waitsFor, "too many", "approve", Time.AddMinutes(minute));

    public static AuditEntry Audit(string key, string kind, int minute = 0, string resource = "price") => new(
        new EntityKey(resource, Prices, key), kind, "POST /v1/prices", "active=false", "price_" + key, "req_" + key, "lsn:0/1", Time.AddMinutes(minute));

    public static DeadLetter Letter(long offset, EntityKey? entity = null) => new(
        0,
        new SourceRecord(
            new RecordOrigin("shop.public.prices", 1, offset), 1_790_000_000_000, null, new byte[] { 0, 0, 0, 1 },
            [new RecordHeader("h", Encoding.UTF8.GetBytes("v")), new RecordHeader("h", null)]),
        entity, "schema 9 is not known", "register it", "lsn:0/9", 1, "f00", Time);
}
