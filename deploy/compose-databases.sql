-- Prefect's tables and Storydelta's lie apart: each has its own back-up and its own upgrades. The image makes the
-- database storydelta by itself.
CREATE DATABASE prefect;
