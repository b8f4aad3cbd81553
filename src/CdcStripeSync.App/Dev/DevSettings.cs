using CdcStripeSync.App.Configuration;
using CdcStripeSync.DevStack.Connector;

namespace CdcStripeSync.App.Dev;

/// <summary>The settings by which <c>check</c>, <c>pause</c>, <c>parked</c> and the others reach the DevStack while it runs.</summary>
internal static class DevSettings
{
    public static Settings Of(string mapping, DevDatabase database, string kafka, Uri registry, Uri stripe, string apiKey, ConnectorOptions connector) => new()
    {
        Mapping = mapping,
        Kafka = new KafkaSettings { BootstrapServers = kafka, Topics = [$"^{connector.TopicPrefix}[.]public[.].*"], TopicPrefix = connector.TopicPrefix },
        Registry = new RegistrySettings { Url = registry.ToString() },
        Stripe = new StripeSettings { ApiKey = apiKey, BaseAddress = stripe.ToString() },
        State = new StateSettings { ConnectionString = database.StateConnection },
        Source = new SourceSettings { ConnectionString = database.ShopConnection },
    };
}
