-- The sample shop's first rows.
INSERT INTO products (id, sku, name, description, status, image_urls, tax_code, unit_label, shippable, weight_oz, attributes, internal_notes, cost) VALUES
 (1, 'TEE-BLK', 'Black tee',  'Heavy cotton tee', 'active', '{https://img.example/tee-1.jpg,https://img.example/tee-2.jpg}', 'txcd_99999999', NULL, true, 6.50, '{"colour": "black", "sizes": ["S", "M", "L"]}', 'supplier A', 4.1250),
 (2, 'SUB-PRO', 'Pro plan',   NULL,               'active', '{}', 'txcd_10103001', 'seat', false, NULL, '{"tier": "pro", "limits": {"projects": 50}}', NULL, NULL),
 (3, 'MUG-WHT', 'White mug',  'Stoneware, 350 ml', 'draft', '{https://img.example/mug.jpg}', NULL, NULL, true, 13.25, '{}', 'not photographed yet', 2.0000),
 (4, 'OLD-CD',  'Compact disc', 'Discontinued',   'archived', '{}', NULL, NULL, true, 3.00, '{}', NULL, 0.5000);
INSERT INTO prices (id, product_id, nickname, lookup_key, currency, amount, interval, interval_count, tax_behavior, is_default, valid_from) VALUES
 ('00000000-0000-4000-8000-000000000101', 1, 'Tee USD',          'tee-usd',         'usd', 24.990, NULL,    NULL, 'exclusive', true,  '2026-01-01'),
 ('00000000-0000-4000-8000-000000000102', 1, 'Tee JPY',          'tee-jpy',         'jpy', 3600,   NULL,    NULL, 'exclusive', false, '2026-01-01'),
 ('00000000-0000-4000-8000-000000000103', 1, 'Tee KWD',          'tee-kwd',         'kwd', 7.750,  NULL,    NULL, 'exclusive', false, NULL),
 ('00000000-0000-4000-8000-000000000201', 2, 'Pro monthly',      'pro-month-usd',   'usd', 19.000, 'month', 1,    'inclusive', true,  '2026-01-01'),
 ('00000000-0000-4000-8000-000000000202', 2, 'Pro yearly',       'pro-year-usd',    'usd', 190.000,'year',  1,    'inclusive', false, '2026-01-01'),
 ('00000000-0000-4000-8000-000000000301', 3, NULL,               NULL,              'eur', 12.500, NULL,    NULL, NULL,        true,  NULL);
INSERT INTO customers (id, email, full_name, phone, address, locale, tax_exempt, balance, password_hash) VALUES
 (1, 'ada@shop.example',  'Ada L.',  '+441632960001', '{"line1": "1 Mill Lane", "city": "Bath", "country": "GB", "postal_code": "BA1 1AA"}', 'en-GB', false, 0, 'x1'),
 (2, 'kenji@shop.example', 'Kenji', NULL, NULL, 'ja-JP', true, -12.50, 'x2');
SELECT setval(pg_get_serial_sequence('products', 'id'), 100), setval(pg_get_serial_sequence('customers', 'id'), 100);
