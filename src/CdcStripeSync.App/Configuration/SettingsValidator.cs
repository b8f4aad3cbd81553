using CdcStripeSync.App.Hosting;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Debezium;
using CdcStripeSync.Postgres;
using Npgsql;

namespace CdcStripeSync.App.Configuration;

/// <summary>Judges settings for delivery; every finding names the setting and what it should be.</summary>
internal static class SettingsValidator
{
    public static IReadOnlyList<string> Validate(Settings settings)
    {
        var errors = new List<string>();
        Required(settings.Mapping, "mapping", "the path of the mapping file");
        if (settings.Mapping.Length > 0 && !File.Exists(settings.Mapping)) errors.Add($"mapping: {settings.Mapping} does not exist");
        Required(settings.Kafka.BootstrapServers, "kafka.bootstrapServers", "host:port,host:port");
        Required(settings.Kafka.GroupId, "kafka.groupId", "a consumer group's name");
        errors.AddRange(settings.Kafka.Topics.Select(WrongTopic).OfType<string>());
        if (settings.Kafka.Topics.Count == 0) errors.Add("kafka.topics: missing; expected the connector's topics, or one regular expression that begins with ^");
        errors.AddRange(OfRegistry(settings.Registry));
        Placeholder(settings.Records.UnavailablePlaceholder, "records.unavailablePlaceholder");
        Added(settings.Records.AddFields, "records.addFields");
        Added(settings.Records.AddHeaders, "records.addHeaders");
        if (settings.Records.KeyChangeSeconds is not (>= 0 and <= 86_400)) errors.Add($"records.keyChangeSeconds: {settings.Records.KeyChangeSeconds} is not between 0 and 86400");
        Url(settings.Stripe.BaseAddress, "stripe.baseAddress");
        Required(settings.Stripe.ApiKey, "stripe.apiKey", "a secret key, best by environment: CDC_STRIPE__STRIPE__APIKEY=sk_test_…");
        Positive(settings.Stripe.RequestsPerSecond, "stripe.requestsPerSecond");
        Positive(settings.Stripe.RequestsPerEndpoint, "stripe.requestsPerEndpoint");
        Positive(settings.Stripe.MaxConcurrency, "stripe.maxConcurrency");
        Positive(settings.Registry.UnknownIdSeconds, "registry.unknownIdSeconds");
        Positive(settings.Stripe.TimeoutSeconds, "stripe.timeoutSeconds");
        if (settings.Stripe.Reserve is < 0 or > 0.9) errors.Add($"stripe.reserve: {settings.Stripe.Reserve} is not between 0 and 0.9");
        errors.AddRange(OfState(settings));
        errors.AddRange(OfSource(settings.Source));
        if (settings.State.AuditDays is < 0 or (> 0 and < 7)) errors.Add($"state.auditDays: {settings.State.AuditDays} is neither 0 (for ever) nor 7 or more (the breadth limit counts over the audit)");
        if (settings.Kafka.DeadLetterTopic.Length > 0 && settings.Kafka.Topics.Any(t => WrongTopic(t) is null && KafkaAccess.Named(t, [settings.Kafka.DeadLetterTopic]).Count > 0))
            errors.Add($"kafka.deadLetterTopic: {settings.Kafka.DeadLetterTopic} is among kafka.topics, and would be read as changes");
        if (settings.Connect.Url.Length > 0) errors.AddRange(OfConnect(settings.Connect));
        if (settings.Web.Url.Length > 0) Url(settings.Web.Url, "--web (web.url)");
        if (!Enum.TryParse<Serilog.Events.LogEventLevel>(settings.Log.Level, ignoreCase: true, out _))
            errors.Add($"log.level: '{settings.Log.Level}' is none of {string.Join(", ", Enum.GetNames<Serilog.Events.LogEventLevel>())}");
        return errors;

        void Required(string value, string name, string expected)
        {
            if (string.IsNullOrWhiteSpace(value)) errors.Add($"{name}: missing; expected {expected}");
        }

        void Placeholder(string text, string name)
        {
            var digits = text.StartsWith("hex:", StringComparison.Ordinal) ? text["hex:".Length..] : null;
            if (text.Length == 0 || (digits is not null && (digits.Length == 0 || digits.Length % 2 != 0 || !digits.All(char.IsAsciiHexDigit))))
                errors.Add($"{name}: '{text}' is no placeholder; expected the connector's unavailable.value.placeholder: a text, or hex: and pairs of hexadecimal digits, as in hex:5f5f");
        }

        void Added(string list, string name)
        {
            try
            {
                _ = AddedNames.Of("", list);
            }
            catch (FormatException e)
            {
                errors.Add($"{name}: {e.Message}");
            }
        }

        void Url(string value, string name)
        {
            if (WrongAddress(value, name) is { } wrong) errors.Add(wrong);
        }

        void Positive(double value, string name)
        {
            if (!(value > 0)) errors.Add($"{name}: {value} is not above 0");
        }
    }

    /// <summary>What is needed wherever schemas are read.</summary>
    public static IReadOnlyList<string> OfRegistry(RegistrySettings registry) =>
        [.. new[] { WrongAddress(registry.Url, "registry.url"), AuthorityFile.Mistake(registry.CaFile, "registry.caFile") }.OfType<string>()];

    /// <summary>What is needed wherever the Connect worker is asked.</summary>
    /// <param name="url">What its address is called, where a flag may have given it.</param>
    /// <param name="caFile">The same of its authority's file.</param>
    public static IReadOnlyList<string> OfConnect(ConnectSettings connect, string url = "connect.url", string caFile = "connect.caFile") =>
    [
        .. new[]
        {
            WrongAddress(connect.Url, url), AuthorityFile.Mistake(connect.CaFile, caFile),
            connect.TimeoutSeconds is >= 0.1 and <= 3600 ? null : $"connect.timeoutSeconds: {connect.TimeoutSeconds} is not between 0.1 and 3600",
        }.OfType<string>(),
    ];

    /// <summary>What is needed wherever the product database is looked at; it may be left out.</summary>
    public static IReadOnlyList<string> OfSource(SourceSettings source) =>
        string.IsNullOrWhiteSpace(source.ConnectionString) ? [] : [.. Database(source.ConnectionString, "source.connectionString")];

    /// <summary>What commands need that work on the state store alone.</summary>
    public static IReadOnlyList<string> OfState(Settings settings)
    {
        var errors = new List<string>();
        if (string.IsNullOrWhiteSpace(settings.State.ConnectionString)) errors.Add("state.connectionString: missing; expected Host=…;Database=…;Username=…;Password=…");
        else errors.AddRange(Database(settings.State.ConnectionString, "state.connectionString"));
        if (!StateStoreSource.IsSchema(settings.State.Schema)) errors.Add($"state.schema: '{settings.State.Schema}' is no schema for it; expected {StateStoreSource.SchemaRule}");
        return errors;
    }

    /// <summary>The mapping's breadth limit counts over the audit: what it counts must be kept.</summary>
    public static IReadOnlyList<string> Against(Settings settings, Mapping mapping) =>
        settings.State.AuditDays > 0 && mapping.Breadth.Window > TimeSpan.FromDays(settings.State.AuditDays)
            ? [$"state.auditDays: {settings.State.AuditDays} is less than the mapping's limits.breadth.window ({mapping.Breadth.Window.TotalDays:0.##} days), over which the limit counts what the audit holds; expected as much, or 0 (for ever)"]
            : [];

    private static IEnumerable<string> Database(string value, string name)
    {
        try
        {
            NpgsqlDataSource.Create(value).Dispose(); // connects to nothing, and judges the parts together
            return [];
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return [$"{name}: {e.Message}"];
        }
    }

    private static string? WrongAddress(string value, string name) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https") ? null : $"{name}: '{value}' is not an http or https address";

    private static string? WrongTopic(string topic)
    {
        if (!topic.StartsWith('^')) return topic.Length > 0 ? null : "kafka.topics: one of them is empty";
        return TopicPattern.Mistake(topic) is { } mistake ? $"kafka.topics: '{topic}' {mistake}" : null;
    }
}
